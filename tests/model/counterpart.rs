//! What the rows tell that are referred to: ARCHITECTURE.md, "Sync".

use super::cascade::State;
use super::expression::Value;
use super::reference::World;
use super::rows::Row;

/// The other side of a reference, whatever its own expression makes.
#[derive(Debug, Clone)]
pub(super) struct Counterpart {
    /// The cell that refers, and its value.
    written: (usize, Value),
    /// The cell of the other version, and its value.
    made: (usize, Value),
}

impl Counterpart {
    /// What the cell gets, if this is about it.
    pub(super) fn of(&self, cell: usize, row: &Row) -> Option<Value> {
        let (written, value) = &self.written;
        let is_it = self.made.0 == cell && row[*written] == *value;
        is_it.then(|| self.made.1.clone())
    }
}

impl World {
    /// What the rows tell that are referred to as they are now.
    pub(super) fn look_up(&self, state: &mut State) {
        let Some((reference, new)) =
            self.reference.as_ref().and_then(|one| Some((one, one.copy()?)))
        else {
            return;
        };
        let old = reference.old;
        if old.own == new.own || old.key == new.key || !state.live() {
            return;
        }
        let target = &self.tables[reference.target];
        let forth = (&target.ups, (old, new));
        let back = (&target.downs, (new, old));
        let rows = &state.tables[reference.target].rows;
        let told = [forth, back].into_iter().flat_map(|(made, (written, other))| {
            let is_made = made.iter().any(|(cell, _)| *cell == other.key);
            let is_told = move |row: &&Row| is_made && row[other.key].is_some();
            rows.iter().filter(is_told).map(move |row| Counterpart {
                written: (written.own, row[written.key].clone()),
                made: (other.own, row[other.key].clone()),
            })
        });
        let told = told.filter(|one| one.written.1.is_some()).collect();
        state.tables[reference.owner].counterparts = told;
    }
}
