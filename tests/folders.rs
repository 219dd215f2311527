//! Folders of other tools in `tests/folders`, as they keep them, and the migrations that `straddle convert`
//! makes of each. Drizzle's is made by drizzle-kit 0.31.11, generate; the others are written by hand.
//!
//! The scripts are run as they are in one database, and their migrations in another one: in the end both have
//! the same schema and the same rows.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use straddle::convert::folder;

use crate::command::straddle;
use crate::convert::{is_the_same, statements, what_is_there};
use crate::server::Database;

fn folders() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/folders");
    let entries = std::fs::read_dir(directory).expect("tests/folders");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.is_dir());
    paths.sort();
    paths
}

/// The migrations of a folder in a directory, and what `convert` says of it.
fn converted(folder: &Path, to: &Path) -> String {
    let shown = |path: &Path| path.to_string_lossy().into_owned();
    let run = straddle("", &["convert", &shown(folder), "--to", &shown(to)]);
    let mut said = format!("{}{}", run.stdout, run.stderr).replace(&shown(to), "TO");
    assert_eq!(run.code, 0, "{said}");
    let right = straddle("", &["validate", &shown(to), "--offline"]);
    assert_eq!(right.code, 0, "{}", right.stderr);
    let mut files: Vec<PathBuf> = std::fs::read_dir(to)
        .expect("a directory")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    for file in files {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).expect("a migration");
        write!(said, "\n== {name}\n{text}").expect("a string takes it");
    }
    said
}

#[test]
fn folders_of_other_tools_become_directories_of_migrations() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("folders");
    for folder in folders() {
        let to = tempfile::tempdir().expect("a directory");
        let said = converted(&folder, &to.path().join("migrations"));
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        settings.bind(|| insta::assert_snapshot!(name, said));
    }
}

#[tokio::test]
async fn a_converted_folder_does_what_its_scripts_do() {
    for folder in folders() {
        let to = tempfile::tempdir().expect("a directory");
        let said = converted(&folder, to.path());
        let (directly, migrated) = (Database::new().await, Database::new().await);
        let client = directly.client().await;
        for script in folder::read(&folder).expect("a folder").scripts {
            for statement in statements(&script.forward) {
                let run = client.batch_execute(&statement).await;
                run.unwrap_or_else(|error| panic!("{}: {statement}: {error:?}", script.path));
            }
        }
        let to = to.path().to_string_lossy().into_owned();
        let url = migrated.url();
        // SQL that cannot be planned with the rest ends a start.
        let run = straddle(&url, &["migrate", &to, "--each", "--complete"]);
        assert_eq!(run.code, 0, "{}\n{said}", run.stderr);
        let version = straddle(&url, &["latest", "schema"]).stdout;
        let version = version.trim();
        is_the_same(
            &folder,
            &what_is_there(&directly, "public").await,
            &what_is_there(&migrated, version).await,
        );
    }
}

#[tokio::test]
async fn sql_that_stays_is_taken_back_by_its_own_script() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/folders/golang_migrate");
    let to = tempfile::tempdir().expect("a directory");
    converted(&folder, to.path());
    let file = |name: &str| to.path().join(name).to_string_lossy().into_owned();
    let database = Database::new().await;
    let url = database.url();
    let run = |arguments: &[&str]| {
        let run = straddle(&url, arguments);
        assert_eq!(run.code, 0, "{}", run.stderr);
    };
    run(&["start", &file("01_init.yaml"), "--complete"]);
    let before = database.catalog().await;
    run(&["start", &file("02_first_rooms.yaml")]);
    let client = database.client().await;
    let rooms = client.rows("SELECT name FROM public.rooms ORDER BY 1").await.expect("rows");
    assert_eq!(rooms, ["blue", "red"]);
    run(&["rollback"]);
    assert!(client.rows("SELECT name FROM public.rooms").await.expect("rows").is_empty());
    assert_eq!(database.catalog().await, before);
}
