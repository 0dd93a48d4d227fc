use std::{
    io::{self, IsTerminal},
    panic::{self, PanicHookInfo},
};

use anyhow::Context;
use tracing_subscriber::{
    EnvFilter, Layer, filter::Directive, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

use super::{
    settings::{LogFormat, Settings},
    traces::Traces,
};
use crate::http::STEP;

/// What would log the statements and addresses of databases if it were let. An operator who asks for
/// everything is not given secrets.
const TALKATIVE: [&str; 2] = ["sea_orm=warn", "sqlx=warn"];

/// Begins to log, on the standard error: the standard output is for what commands answer. Spans are
/// made for `traces`.
pub fn begin(settings: &Settings, traces: &Traces) -> anyhow::Result<()> {
    let mut filter =
        EnvFilter::try_new(&settings.log).context("the log's levels cannot be read")?;
    // The steps of a request are for traces: the line of a request has the request's span alone.
    let steps = format!("{STEP}=off");
    for directive in TALKATIVE.into_iter().chain([steps.as_str()]) {
        filter = filter.add_directive(directive.parse::<Directive>()?);
    }
    let log = fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    let log = match settings.log_format {
        LogFormat::Text => log.boxed(),
        LogFormat::Json => log.json().with_span_list(false).boxed(),
    };
    tracing_subscriber::registry().with(traces.layer()).with(log.with_filter(filter)).init();
    panic::set_hook(Box::new(panicked));
    Ok(())
}

/// A panic is a line of the log like any other. Its text is told only where it is written in the
/// program: what is put together as it runs may hold what somebody sent.
fn panicked(panic: &PanicHookInfo<'_>) {
    let message = panic.payload().downcast_ref::<&'static str>().copied().unwrap_or_default();
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(panic = message, place, "the program panicked");
}
