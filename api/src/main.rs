//! Command line, settings, telemetry, database, serve.

use std::process::ExitCode;

use tributary::cli::Cli;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match Cli::read().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            let why = format!("{why:#}").replace('\n', " ");
            eprintln!("tributary: {why}");
            ExitCode::FAILURE
        }
    }
}
