//! Writes the normal form as text that the engine's parser reads as it was meant.
//!
//! That parser knows no `\u{…}` and no surrogate pairs, does not unescape `\"""`, and wants a
//! selection set to hold something. So strings are written in quotes with everything literal that
//! may be, and an object of which everything was skipped holds a field that is skipped.

use std::fmt::Write;

use apollo_compiler::{
    Name, Node,
    ast::{Argument, DirectiveList, Value},
    collections::HashSet,
    executable::Operation,
};

use super::NormalField;

/// What stands where nothing is left to select.
const NOTHING: &str = "__typename @skip(if: true)";

/// Prints an operation with these fields. Variables that nothing uses any more are left out.
pub(crate) fn print(operation: &Operation, fields: &[NormalField]) -> String {
    let mut body = Body::default();
    body.directives(&operation.directives);
    body.set(fields);
    let mut text = String::with_capacity(body.text.len() + 64);
    text.push_str(operation.operation_type.name());
    if let Some(name) = &operation.name {
        text.push(' ');
        text.push_str(name);
    }
    let mut opened = false;
    for variable in operation.variables.iter().filter(|own| body.used.contains(&own.name)) {
        text.push_str(if opened { ", " } else { "(" });
        opened = true;
        let mut definition = Body::default();
        let _ = write!(definition.text, "${}: {}", variable.name, variable.ty);
        if let Some(value) = &variable.default_value {
            definition.text.push_str(" = ");
            definition.value(value);
        }
        text.push_str(&definition.text);
    }
    if opened {
        text.push(')');
    }
    text.push_str(&body.text);
    text
}

#[derive(Default)]
struct Body {
    text: String,
    used: HashSet<Name>,
}

impl Body {
    fn set(&mut self, fields: &[NormalField]) {
        self.text.push_str(" {");
        if fields.is_empty() {
            self.text.push(' ');
            self.text.push_str(NOTHING);
        }
        for run in fields.chunk_by(|one, other| one.within == other.within) {
            let within = &run[0].within;
            for condition in within {
                let _ = write!(self.text, " ... on {condition} {{");
            }
            run.iter().for_each(|field| self.field(field));
            self.text.push_str(&" }".repeat(within.len()));
        }
        self.text.push_str(" }");
    }

    fn field(&mut self, normal: &NormalField) {
        let field = &normal.field;
        self.text.push(' ');
        if let Some(alias) = field.alias.as_ref().filter(|alias| **alias != field.name) {
            let _ = write!(self.text, "{alias}: ");
        }
        self.text.push_str(&field.name);
        self.arguments(&field.arguments);
        self.directives(&field.directives);
        if !normal.is_leaf() {
            self.set(&normal.selections);
        }
    }

    /// Directives other than those that are decided already.
    fn directives(&mut self, directives: &DirectiveList) {
        for directive in directives.iter() {
            if !matches!(directive.name.as_str(), "skip" | "include") {
                let _ = write!(self.text, " @{}", directive.name);
                self.arguments(&directive.arguments);
            }
        }
    }

    fn arguments(&mut self, arguments: &[Node<Argument>]) {
        for (index, argument) in arguments.iter().enumerate() {
            let _ = write!(self.text, "{}{}: ", if index == 0 { "(" } else { ", " }, argument.name);
            self.value(&argument.value);
        }
        if !arguments.is_empty() {
            self.text.push(')');
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.text.push_str("null"),
            Value::Boolean(value) => self.text.push_str(if *value { "true" } else { "false" }),
            Value::Enum(name) => self.text.push_str(name),
            Value::Int(number) => self.text.push_str(number.as_str()),
            Value::Float(number) => self.text.push_str(number.as_str()),
            Value::String(string) => self.string(string),
            Value::Variable(name) => {
                let _ = write!(self.text, "${name}");
                self.used.insert(name.clone());
            }
            Value::List(items) => {
                self.text.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.text.push_str(if index == 0 { "" } else { ", " });
                    self.value(item);
                }
                self.text.push(']');
            }
            Value::Object(fields) => {
                self.text.push('{');
                for (index, (name, value)) in fields.iter().enumerate() {
                    let _ = write!(self.text, "{}{name}: ", if index == 0 { "" } else { ", " });
                    self.value(value);
                }
                self.text.push('}');
            }
        }
    }

    fn string(&mut self, string: &str) {
        self.text.push('"');
        for character in string.chars() {
            match character {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                control if control.is_control() => {
                    let _ = write!(self.text, "\\u{:04X}", u32::from(control));
                }
                literal => self.text.push(literal),
            }
        }
        self.text.push('"');
    }
}
