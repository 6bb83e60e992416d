//! The program `git-mkt`, which git runs as `git mkt`.

fn main() -> std::process::ExitCode {
    ohmymkt::cli::main()
}
