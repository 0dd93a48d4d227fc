//! One value against one type.

use apollo_compiler::{
    Name, Node,
    ast::{Type, Value as Literal},
    schema::{ExtendedType, InputObjectType},
};
use serde_json::{Map, Number, Value};

use super::Path;
use crate::{refusal::MOST_PROBLEMS, schema::Schema};

/// The coercion of one request's variables, and what is wrong with them.
pub(super) struct Coercion<'a> {
    pub schema: &'a Schema,
    pub problems: Vec<String>,
}

impl Coercion<'_> {
    /// Notes what is wrong. The values themselves are not repeated: they may be personal data.
    pub fn wrong(&mut self, path: &Path<'_>, what: String) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(format!("variable {path}: {what}"));
        }
    }

    /// The value as its type has it; `None` when something is wrong, which is noted.
    pub fn value(&mut self, value: &Value, ty: &Type, path: &Path<'_>) -> Option<Value> {
        if value.is_null() {
            if ty.is_non_null() {
                self.wrong(path, format!("a value of type {ty} is required, null is given"));
                return None;
            }
            return Some(Value::Null);
        }
        match ty {
            Type::List(item) | Type::NonNullList(item) => self.list(value, item, path),
            Type::Named(name) | Type::NonNullNamed(name) => self.named(value, name, path),
        }
    }

    fn list(&mut self, value: &Value, item: &Type, path: &Path<'_>) -> Option<Value> {
        let Value::Array(values) = value else {
            return self.value(value, item, path).map(|single| Value::Array(vec![single]));
        };
        let mut items = Vec::with_capacity(values.len());
        for (index, value) in values.iter().enumerate() {
            items.extend(self.value(value, item, &path.item(index)));
            if self.problems.len() >= MOST_PROBLEMS {
                break;
            }
        }
        (items.len() == values.len()).then_some(Value::Array(items))
    }

    fn named(&mut self, value: &Value, name: &Name, path: &Path<'_>) -> Option<Value> {
        let leaf = match self.schema.definition(name)? {
            ExtendedType::InputObject(object) => return self.object(value, object, path),
            ExtendedType::Enum(definition) => {
                let known = value.as_str().filter(|text| definition.values.contains_key(*text));
                known.map(|_| value.clone())
            }
            _ => scalar(value, name),
        };
        if leaf.is_none() {
            self.wrong(path, format!("expected {}, found {}", wanted(name), found(value)));
        }
        leaf
    }

    fn object(
        &mut self,
        value: &Value,
        object: &InputObjectType,
        path: &Path<'_>,
    ) -> Option<Value> {
        let Value::Object(given) = value else {
            self.wrong(
                path,
                format!("expected an object of {}, found {}", object.name, found(value)),
            );
            return None;
        };
        let before = self.problems.len();
        let mut coerced = Map::new();
        for (name, field) in &object.fields {
            let path = path.field(name);
            let value = match (given.get(name.as_str()), &field.default_value) {
                (Some(value), _) => self.value(value, &field.ty, &path),
                (None, Some(default)) => self.value(&literal(default), &field.ty, &path),
                (None, None) if field.ty.is_non_null() => {
                    let wanted = &field.ty;
                    self.wrong(
                        &path,
                        format!("a value of type {wanted} is required, none is given"),
                    );
                    None
                }
                (None, None) => None,
            };
            coerced.extend(value.map(|value| (name.to_string(), value)));
        }
        for name in given.keys().filter(|name| !object.fields.contains_key(name.as_str())) {
            self.wrong(path, format!("{} has no field {}", object.name, shortened(name)));
        }
        if object.directives.has("oneOf") {
            let one = coerced.values().next().filter(|_| coerced.len() == 1);
            if one.is_none_or(Value::is_null) {
                let name = &object.name;
                self.wrong(path, format!("{name} takes exactly one of its fields, and not null"));
            }
        }
        (self.problems.len() == before).then_some(Value::Object(coerced))
    }
}

/// A value as a scalar has it; scalars of our own are the engine's to judge.
fn scalar(value: &Value, name: &Name) -> Option<Value> {
    match (name.as_str(), value) {
        ("Int", Value::Number(number)) => {
            let whole = whole(number).and_then(|whole| i32::try_from(whole).ok());
            whole.map(Value::from)
        }
        ("Float", Value::Number(_))
        | ("String", Value::String(_))
        | ("Boolean", Value::Bool(_)) => Some(value.clone()),
        ("ID", Value::String(_)) => Some(value.clone()),
        ("ID", Value::Number(number)) => whole(number).map(|whole| Value::from(whole.to_string())),
        ("Int" | "Float" | "String" | "Boolean" | "ID", _) => None,
        _ => Some(value.clone()),
    }
}

/// A number without a fraction; `1.0` is one, since JSON does not tell it from `1`.
fn whole(number: &Number) -> Option<i128> {
    let exact = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    exact.or_else(|| {
        let float = number.as_f64().filter(|float| float.is_finite())?;
        let written = format!("{float}");
        written.parse().ok()
    })
}

fn wanted(name: &Name) -> String {
    match name.as_str() {
        "Int" => "an Int, a whole number of at most 32 bits".to_owned(),
        "Float" => "a Float, a number".to_owned(),
        "String" => "a String".to_owned(),
        "Boolean" => "a Boolean, true or false".to_owned(),
        "ID" => "an ID, a string or a whole number".to_owned(),
        other => format!("one of the values of {other}, as a string"),
    }
}

fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(number) if number.is_f64() => "a number with a fraction or an exponent",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn shortened(name: &str) -> String {
    let start: String = name.chars().take(60).collect();
    format!("{start:?}")
}

/// A literal as JSON; the names of enum values become strings.
pub(crate) fn literal(value: &Node<Literal>) -> Value {
    match &**value {
        Literal::Null | Literal::Variable(_) => Value::Null,
        Literal::Boolean(value) => Value::Bool(*value),
        Literal::Enum(name) => Value::from(name.as_str()),
        Literal::String(text) => Value::from(text.as_str()),
        Literal::Int(number) => number.as_str().parse().map_or(Value::Null, Value::Number),
        Literal::Float(number) => number.as_str().parse().map_or(Value::Null, Value::Number),
        Literal::List(items) => Value::Array(items.iter().map(literal).collect()),
        Literal::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.to_string(), literal(value)));
            Value::Object(fields.collect())
        }
    }
}
