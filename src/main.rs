//! The `doorstep` program.

fn main() -> std::process::ExitCode {
    doorstep::cli::main()
}
