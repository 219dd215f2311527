//! The only test binary: one throw-away cluster for all server tests, a database for each.

<<<<<<< HEAD
mod interruptions;
=======
>>>>>>> cli
mod lifecycle;
mod server;
