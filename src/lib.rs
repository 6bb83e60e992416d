//! scaffold
pub mod git;
pub mod cli { /// main
 pub fn main() -> std::process::ExitCode { std::process::ExitCode::SUCCESS } }
