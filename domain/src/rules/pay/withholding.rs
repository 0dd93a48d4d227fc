use entities::value::{FinancialYear, Pence, Period};

use super::{
    Facts, Line, Nature, Withholding,
    line::Of,
    round::{WHOLE, portion},
};
use crate::rules::explanation::Input;

/// What is withheld of a component's lines, and what of that is given back.
pub(super) fn lines(of: Of, paid: &[Line], facts: &Facts, year: FinancialYear) -> Vec<Line> {
    let own = facts.withholdings.iter().filter(|it| it.component == of.0);
    own.flat_map(|withholding| of_one(of, paid, withholding, year)).collect()
}

fn of_one(of: Of, paid: &[Line], withholding: &Withholding, year: FinancialYear) -> Vec<Line> {
    let (reason, points) = (&withholding.reason, withholding.basis_points);
    let mut lines = Vec::new();
    let mut withheld = Pence::ZERO;
    for line in paid.iter().filter(|line| line.amount > Pence::ZERO) {
        let day = line.month.first_day(year);
        let is_over = withholding.released_on.is_some_and(|released_on| released_on <= day);
        if day < withholding.from || is_over {
            continue;
        }
        let part = portion(line.amount, points, WHOLE);
        withheld += part;
        let name = format!("{reason}: {points} basis points of {}", line.amount);
        lines.push(Line::of(of, (line.month, Nature::Withheld), vec![Input::new(name, -part)]));
    }
    let Some(released_on) = withholding.released_on else { return lines };
    if withheld != Pence::ZERO {
        // What is given back after the year belongs to the year that it was withheld in.
        let month = Period::of(released_on.min(year.last_day()));
        let points = withholding.released_basis_points;
        let name = format!("{reason}: {points} basis points of {withheld} withheld");
        let input = Input::new(name, portion(withheld, points, WHOLE));
        lines.push(Line::of(of, (month, Nature::Released), vec![input]));
    }
    lines
}
