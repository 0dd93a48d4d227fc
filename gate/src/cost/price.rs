//! The price of an operation in its normal form.

use apollo_compiler::ast::Value as Literal;
use serde_json::{Map, Value};

use super::{CostTable, ListSize};
use crate::normal::NormalField;

/// What a request may come to at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Price {
    /// The weights of all fields, each as often as it may be answered.
    pub cost: u64,
    /// The objects and values in lists, lists within lists multiplied.
    pub nodes: u64,
}

/// Prices the fields with these variables, which have been coerced.
pub(crate) fn price(
    fields: &[NormalField],
    table: &CostTable,
    variables: &Map<String, Value>,
) -> Price {
    let mut pricing = Pricing { table, variables, price: Price::default() };
    pricing.fields(fields, 1, None);
    pricing.price
}

/// The length that a field hands down to those fields of its own that are lists of it.
type Sized<'a> = Option<(&'a [String], u64)>;

struct Pricing<'a> {
    table: &'a CostTable,
    variables: &'a Map<String, Value>,
    price: Price,
}

impl Pricing<'_> {
    fn fields(&mut self, fields: &[NormalField], times: u64, sized: Sized<'_>) {
        for field in fields {
            self.field(field, times, sized);
        }
    }

    fn field(&mut self, normal: &NormalField, times: u64, sized: Sized<'_>) {
        let name = normal.field.name.as_str();
        let weight = self.table.weight(&normal.on, name);
        self.price.cost = self.price.cost.saturating_add(times.saturating_mul(weight));
        let list = self.table.list(&normal.on, name);
        let length = list.map(|list| self.length(normal, list));
        let handed_down = sized.filter(|(names, _)| names.iter().any(|own| own == name));
        let (own_length, within) = match (list, length, handed_down) {
            (Some(list), Some(length), _) if !list.sized_fields.is_empty() => {
                (None, Some((list.sized_fields.as_slice(), length)))
            }
            (_, Some(length), _) => (Some(length), None),
            (_, None, Some((_, length))) => (Some(length), None),
            (_, None, None) => {
                (normal.definition.ty.is_list().then_some(self.table.assumed_length), None)
            }
        };
        let inner = own_length.map_or(times, |length| times.saturating_mul(length));
        if own_length.is_some() {
            self.price.nodes = self.price.nodes.saturating_add(inner);
        }
        self.fields(&normal.selections, inner, within);
    }

    fn length(&self, normal: &NormalField, list: &ListSize) -> u64 {
        let told = list.slicing_arguments.iter().filter_map(|name| self.told(normal, name)).max();
        told.unwrap_or(list.assumed)
    }

    /// The length that an argument, or its default, tells. A number below nothing tells none: the
    /// field refuses it.
    fn told(&self, normal: &NormalField, name: &str) -> Option<u64> {
        let given = normal.field.arguments.iter().find(|argument| argument.name == name);
        let default = || {
            let own = normal.definition.arguments.iter().find(|argument| argument.name == name)?;
            own.default_value.as_ref()
        };
        let length = match given.map(|argument| &*argument.value) {
            Some(Literal::Variable(variable)) => match self.variables.get(variable.as_str()) {
                Some(Value::Number(number)) => return number.as_u64(),
                Some(Value::Array(items)) => return Some(items.len() as u64),
                Some(_) => return None,
                None => default()?,
            },
            Some(literal) => return of_literal(literal),
            None => default()?,
        };
        of_literal(length)
    }
}

fn of_literal(literal: &Literal) -> Option<u64> {
    match literal {
        Literal::Int(number) => number.as_str().parse().ok(),
        Literal::List(items) => Some(items.len() as u64),
        _ => None,
    }
}
