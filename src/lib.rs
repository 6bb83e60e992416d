//! scaffold
pub mod git;
pub mod model;
pub mod rules;
pub mod store;
pub mod cli {
    //! cli
    /// main
    #[must_use]
    pub fn main() -> std::process::ExitCode {
        std::process::ExitCode::SUCCESS
    }
}
