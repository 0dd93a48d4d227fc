//! Documents made from a schema by chance: mostly valid, with everything that a document may hold.

use std::collections::BTreeMap;

use apollo_compiler::{
    Name, Schema,
    ast::{InputValueDefinition, Type},
    schema::ExtendedType,
    validation::Valid,
};
use serde_json::{Map, Value, json};

use crate::draw::Draw;

/// A document and variables that go with it.
pub struct Made {
    pub text: String,
    pub variables: Map<String, Value>,
    /// Whether the text was changed since.
    pub is_spoilt: bool,
}

/// Makes one document.
pub fn document(schema: &Valid<Schema>, seed: u64) -> Made {
    let mut maker = Maker {
        schema,
        draw: Draw::new(seed),
        variables: BTreeMap::new(),
        values: Map::new(),
        arguments: BTreeMap::new(),
        fragments: Vec::new(),
        selections: 0,
    };
    maker.operation()
}

struct Maker<'a> {
    schema: &'a Valid<Schema>,
    draw: Draw,
    /// The definitions of variables by name.
    variables: BTreeMap<String, String>,
    values: Map<String, Value>,
    /// The arguments of a field, drawn once, so that the field merges with itself.
    arguments: BTreeMap<(String, String), String>,
    fragments: Vec<(String, Name, String)>,
    selections: usize,
}

/// Enough to be interesting, few enough to be recorded.
const MOST_SELECTIONS: usize = 30;

impl Maker<'_> {
    fn operation(&mut self) -> Made {
        let root = match self.draw.below(10) {
            0 => self.schema.schema_definition.mutation.clone(),
            _ => None,
        };
        let kind = if root.is_some() { "mutation" } else { "query" };
        let root = root.or_else(|| self.schema.schema_definition.query.clone()).expect("a root");
        let body = self.set(&root.name, 1);
        let variables = match self.variables.is_empty() {
            true => String::new(),
            false => {
                let each = self.variables.iter().map(|(name, ty)| format!("${name}: {ty}"));
                format!("({})", each.collect::<Vec<_>>().join(", "))
            }
        };
        let mut text = format!("{kind} Made{variables} {body}");
        for (name, on, body) in &self.fragments {
            text.push_str(&format!(" fragment {name} on {on} {body}"));
        }
        Made { text, variables: std::mem::take(&mut self.values), is_spoilt: false }
    }

    fn set(&mut self, on: &Name, depth: usize) -> String {
        let count = 1 + self.draw.below(4);
        let mut parts: Vec<String> = (0..count).map(|_| self.selection(on, depth)).collect();
        if self.draw.percent(15) {
            let again = self.draw.one(&parts).clone();
            parts.push(again);
        }
        format!("{{ {} }}", parts.join(" "))
    }

    fn selection(&mut self, on: &Name, depth: usize) -> String {
        self.selections += 1;
        let fields = self.fields(on);
        let within = depth < 7 && self.selections < MOST_SELECTIONS;
        if within && self.draw.percent(25) {
            return self.fragment(on, depth);
        }
        if fields.is_empty() || self.draw.percent(8) {
            let alias = if self.draw.percent(30) { "kind: " } else { "" };
            return format!("{alias}__typename{}", self.directive());
        }
        let leaves: Vec<_> =
            fields.iter().filter(|field| self.is_leaf(&field.ty)).cloned().collect();
        let from = if !within && !leaves.is_empty() { &leaves } else { &fields };
        let field = self.draw.one(from).clone();
        let arguments = self.arguments(on, &field.name, &field.arguments);
        let alias = match self.draw.below(12) {
            0 => format!("{}: ", self.draw.one(&["a", "b", "c"])),
            1 => format!("{}: ", field.name),
            _ => String::new(),
        };
        let directive = self.directive();
        let inner = field.ty.inner_named_type();
        let set = match self.is_leaf(&field.ty) {
            true => String::new(),
            false if depth > 8 => " { __typename }".to_owned(),
            false => format!(" {}", self.set(inner, depth + 1)),
        };
        format!("{alias}{}{arguments}{directive}{set}", field.name)
    }

    fn fragment(&mut self, on: &Name, depth: usize) -> String {
        let kin = self.kin(on);
        let inner = self.draw.one(&kin).clone();
        let directive = self.directive();
        if self.draw.percent(25) {
            return format!("...{directive} {}", self.set(on, depth + 1));
        }
        if self.draw.percent(50) {
            return format!("... on {inner}{directive} {}", self.set(&inner, depth + 1));
        }
        let fitting: Vec<String> = self
            .fragments
            .iter()
            .filter(|(_, own, _)| *own == inner)
            .map(|(name, ..)| name.clone())
            .collect();
        if !fitting.is_empty() && self.draw.percent(60) {
            return format!("...{}{directive}", self.draw.one(&fitting));
        }
        let body = self.set(&inner, depth + 1);
        let name = format!("F{}", self.fragments.len());
        self.fragments.push((name.clone(), inner, body));
        format!("...{name}{directive}")
    }

    /// Types that share an object type with this one.
    fn kin(&self, on: &Name) -> Vec<Name> {
        let holds =
            |name: &Name, object: &Name| name == object || self.schema.is_subtype(name, object);
        let types = || self.schema.types.iter();
        let objects = types().filter(|(_, own)| own.is_object()).map(|(name, _)| name);
        let own: Vec<&Name> = objects.filter(|object| holds(on, object)).collect();
        types()
            .filter(|(_, own)| own.is_object() || own.is_interface() || own.is_union())
            .map(|(name, _)| name)
            .filter(|name| own.iter().any(|object| holds(name, object)))
            .cloned()
            .collect()
    }

    fn fields(&self, on: &Name) -> Vec<apollo_compiler::ast::FieldDefinition> {
        let fields = match self.schema.types.get(on) {
            Some(ExtendedType::Object(object)) => &object.fields,
            Some(ExtendedType::Interface(interface)) => &interface.fields,
            _ => return Vec::new(),
        };
        fields.values().map(|field| (***field).clone()).collect()
    }

    fn is_leaf(&self, ty: &Type) -> bool {
        let definition = self.schema.types.get(ty.inner_named_type());
        definition.is_some_and(|own| own.is_scalar() || own.is_enum())
    }

    fn directive(&mut self) -> String {
        if !self.draw.percent(12) {
            return String::new();
        }
        let name = *self.draw.one(&["skip", "include"]);
        let condition = match self.draw.below(4) {
            0 => "true".to_owned(),
            1 => "false".to_owned(),
            _ => self.variable(&Type::NonNullNamed(Name::new("Boolean").expect("a name")), 0),
        };
        format!(" @{name}(if: {condition})")
    }

    fn arguments(
        &mut self,
        on: &Name,
        field: &Name,
        known: &[apollo_compiler::Node<InputValueDefinition>],
    ) -> String {
        let key = (on.to_string(), field.to_string());
        if let Some(drawn) = self.arguments.get(&key) {
            return drawn.clone();
        }
        let mut parts = Vec::new();
        for argument in known {
            if argument.is_required() || self.draw.percent(40) {
                let value = self.value(&argument.ty, 0, true).0;
                parts.push(format!("{}: {value}", argument.name));
            }
        }
        let drawn = match parts.is_empty() {
            true => String::new(),
            false => format!("({})", parts.join(", ")),
        };
        self.arguments.insert(key, drawn.clone());
        drawn
    }

    /// Declares a variable and draws its value.
    fn variable(&mut self, ty: &Type, depth: usize) -> String {
        let same: Vec<String> = self
            .variables
            .iter()
            .filter(|(_, own)| **own == ty.to_string())
            .map(|(name, _)| name.clone())
            .collect();
        if !same.is_empty() && self.draw.percent(50) {
            return format!("${}", self.draw.one(&same));
        }
        let name = format!("v{}", self.variables.len());
        self.variables.insert(name.clone(), ty.to_string());
        let (_, value) = self.value(ty, depth + 1, false);
        self.values.insert(name.clone(), value);
        format!("${name}")
    }

    /// A value as a literal, and as JSON.
    fn value(&mut self, ty: &Type, depth: usize, may_vary: bool) -> (String, Value) {
        if may_vary && self.draw.percent(20) {
            return (self.variable(ty, depth), Value::Null);
        }
        if !ty.is_non_null() && self.draw.percent(10) {
            return ("null".to_owned(), Value::Null);
        }
        match ty {
            Type::List(item) | Type::NonNullList(item) => {
                let count = self.draw.below(3);
                let items: Vec<_> =
                    (0..count).map(|_| self.value(item, depth + 1, may_vary)).collect();
                let written: Vec<&str> = items.iter().map(|(text, _)| text.as_str()).collect();
                let values = items.iter().map(|(_, value)| value.clone()).collect();
                (format!("[{}]", written.join(", ")), Value::Array(values))
            }
            Type::Named(name) | Type::NonNullNamed(name) => self.named(name, depth, may_vary),
        }
    }

    fn named(&mut self, name: &Name, depth: usize, may_vary: bool) -> (String, Value) {
        let number = self.draw.below(200);
        match (name.as_str(), self.schema.types.get(name)) {
            ("Int", _) => (number.to_string(), json!(number)),
            ("Float", _) => {
                (format!("{number}.5"), json!(format!("{number}.5").parse::<f64>().ok()))
            }
            ("Boolean", _) => match number.is_multiple_of(2) {
                true => ("true".to_owned(), json!(true)),
                false => ("false".to_owned(), json!(false)),
            },
            (_, Some(ExtendedType::Enum(own))) => {
                let values: Vec<&Name> = own.values.keys().collect();
                let value = self.draw.one(&values);
                (value.to_string(), json!(value.as_str()))
            }
            (_, Some(ExtendedType::InputObject(own))) => {
                let fields: Vec<_> = own.fields.values().cloned().collect();
                let one = own.directives.has("oneOf").then(|| self.draw.below(fields.len()));
                let mut written = Vec::new();
                let mut values = Map::new();
                for (index, field) in fields.iter().enumerate() {
                    let wanted = match one {
                        Some(one) => one == index,
                        None => field.is_required() || (depth < 3 && self.draw.percent(25)),
                    };
                    if wanted {
                        let ty = match one {
                            Some(_) => field.ty.clone().as_ref().clone().non_null(),
                            None => (*field.ty).clone(),
                        };
                        let (text, value) = self.value(&ty, depth + 1, may_vary && one.is_none());
                        written.push(format!("{}: {text}", field.name));
                        values.insert(field.name.to_string(), value);
                    }
                }
                (format!("{{{}}}", written.join(", ")), Value::Object(values))
            }
            _ => {
                let (written, meant) = *self.draw.one(&[
                    (r#""plain""#, "plain"),
                    (r#""\u{1F600}""#, "😀"),
                    (r#""\uD83D\uDE00 \"quoted\" \\""#, "😀 \"quoted\" \\"),
                    (r#""""block \""" of "text" """"#, "block \"\"\" of \"text\" "),
                    (r#""\n\t\u0000""#, "\n\t\0"),
                    (r##""# { [ (""##, "# { [ ("),
                ]);
                (written.to_owned(), json!(meant))
            }
        }
    }
}

/// Spoils a document by a few changes to its tokens.
pub fn spoil(text: &str, seed: u64) -> String {
    let mut draw = Draw::new(seed);
    let mut tokens: Vec<String> = text.split(' ').map(str::to_owned).collect();
    for _ in 0..1 + draw.below(2) {
        let at = draw.below(tokens.len());
        match draw.below(7) {
            0 if tokens.len() > 1 => {
                tokens.remove(at);
            }
            1 => tokens.insert(at, tokens[at].clone()),
            2 => {
                let with = draw.below(tokens.len());
                tokens.swap(at, with);
            }
            3 => {
                let strange = [
                    "}", "{", "@skip", "$x", "...", "null", "[", "\"", "1.5", "on", "!", ":",
                    "..F0",
                ];
                tokens.insert(at, (*draw.one(&strange)).to_owned());
            }
            4 => tokens[at] = tokens[at].replace(|c: char| c.is_ascii_digit(), "x"),
            5 => tokens[at] = format!("{}x", tokens[at]),
            _ => {
                let with = draw.below(tokens.len());
                tokens[at] = tokens[with].clone();
            }
        }
    }
    tokens.join(" ")
}
