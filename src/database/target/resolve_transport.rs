//! The parameters of the connection itself.

use super::TargetError;
use super::resolve::Sources;
use super::settings::Transport;
use std::time::Duration;
use tokio_postgres::config::{ChannelBinding, TargetSessionAttrs};

pub(super) fn resolve(sources: &Sources) -> Result<Transport, TargetError> {
    let number =
        |name| sources.parsed(name, "a whole number", |text| text.trim().parse::<i64>().ok());
    // Zero and less mean the system's own for all of these.
    let positive = |name| -> Result<Option<u64>, TargetError> {
        Ok(number(name)?.and_then(|value| u64::try_from(value).ok()).filter(|value| *value > 0))
    };
    let seconds = |name| positive(name).map(|value| value.map(Duration::from_secs));
    Ok(Transport {
        connect_timeout: seconds("connect_timeout")?,
        tcp_user_timeout: positive("tcp_user_timeout")?.map(Duration::from_millis),
        keepalives: number("keepalives")? != Some(0),
        keepalives_idle: seconds("keepalives_idle")?,
        keepalives_interval: seconds("keepalives_interval")?,
        keepalives_count: positive("keepalives_count")?.and_then(|count| u32::try_from(count).ok()),
        channel_binding: sources
            .parsed("channel_binding", "`disable`, `prefer` or `require`", channel_binding)?
            .unwrap_or(ChannelBinding::Prefer),
        session_attrs: sources
            .parsed(
                "target_session_attrs",
                "`any`, `read-write`, `read-only`, `primary`, `standby` or `prefer-standby`",
                session_attrs,
            )?
            .unwrap_or(TargetSessionAttrs::Any),
    })
}

fn channel_binding(text: &str) -> Option<ChannelBinding> {
    Some(match text {
        "disable" => ChannelBinding::Disable,
        "prefer" => ChannelBinding::Prefer,
        "require" => ChannelBinding::Require,
        _ => return None,
    })
}

/// tokio-postgres asks for `transaction_read_only`, which is off on a primary and on on a standby.
fn session_attrs(text: &str) -> Option<TargetSessionAttrs> {
    Some(match text {
        "any" | "prefer-standby" => TargetSessionAttrs::Any,
        "read-write" | "primary" => TargetSessionAttrs::ReadWrite,
        "read-only" | "standby" => TargetSessionAttrs::ReadOnly,
        _ => return None,
    })
}
