//! What the lines of partners' own files mean for the funds that they are about. Each line is
//! decided upon by the rule of what it does, as if it were asked for through the schema.

mod contributions;
mod forecasts;
mod lookup;
mod schemes;

pub use contributions::contributions;
pub use forecasts::forecasts;
pub use schemes::schemes;

use super::{Refusal, Stopped, import_job::Report};

/// What a line came to.
enum Taken {
    /// Its thing was not there before.
    Created,
    /// Its thing is different now.
    Changed,
    /// It said nothing new.
    Unchanged,
}

/// Counts what a line came to; a refusal becomes the reason why it is rejected.
fn count(report: &mut Report, line: u64, taken: Result<Taken, Stopped>) -> Result<(), Stopped> {
    match taken {
        Ok(Taken::Created) => report.created += 1,
        Ok(Taken::Changed) => report.changed += 1,
        Ok(Taken::Unchanged) => report.unchanged += 1,
        Err(Stopped::Refused(Refusal { message, .. })) => report.reject(line, message),
        Err(fault) => return Err(fault),
    }
    Ok(())
}
