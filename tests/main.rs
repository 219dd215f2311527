//! The only test binary: one throw-away cluster for all server tests, a database for each.

mod architecture;
mod lifecycle;
mod locks;
mod refusals;
mod rejections;
mod server;
