//! The `doorstep` program.

/// Gives memory back to the system after a peak, which the system's own
/// allocator does not, and is quicker.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    doorstep::cli::main()
}
