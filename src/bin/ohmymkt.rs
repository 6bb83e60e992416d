//! The program `ohmymkt`.

fn main() -> std::process::ExitCode {
    ohmymkt::cli::main()
}
