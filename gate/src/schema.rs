//! The schema that documents are held against, parsed once.

use std::{collections::HashMap, fmt};

use apollo_compiler::{
    Name, Node, Schema as Parsed,
    ast::{FieldDefinition, Type},
    name,
    schema::ExtendedType,
    validation::Valid,
};

use crate::possible::Possible;

/// A schema, with what the gate looks up often made ready.
#[derive(Debug)]
pub struct Schema {
    pub(crate) parsed: Valid<Parsed>,
    possible: HashMap<Name, Possible>,
    objects: Vec<Name>,
}

/// That the text is no valid schema: what the parser says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotASchema(pub String);

impl fmt::Display for NotASchema {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the schema is not valid: {}", self.0)
    }
}

impl std::error::Error for NotASchema {}

impl Schema {
    /// Reads a schema in the schema definition language, as `schema.graphql` holds it.
    ///
    /// # Errors
    ///
    /// When the text does not parse or is no valid schema.
    pub fn parse(text: &str) -> Result<Self, NotASchema> {
        let parsed = Parsed::parse_and_validate(text, "schema.graphql")
            .map_err(|refused| NotASchema(refused.errors.to_string()))?;
        let mut parsed = parsed.into_inner();
        knows_one_of(&mut parsed);
        let objects: Vec<Name> = parsed
            .types
            .iter()
            .filter(|(_, definition)| definition.is_object())
            .map(|(name, _)| name.clone())
            .collect();
        let possible = parsed
            .types
            .iter()
            .filter(|(_, definition)| is_composite(definition))
            .map(|(name, _)| {
                let at = |object: &Name| object == name || parsed.is_subtype(name, object);
                let those = objects.iter().enumerate().filter(|(_, object)| at(object));
                (name.clone(), Possible::of(those.map(|(index, _)| index)))
            })
            .collect();
        Ok(Self { parsed: Valid::assume_valid(parsed), possible, objects })
    }

    /// The object types that a value of this type may have.
    pub(crate) fn possible(&self, type_name: &Name) -> Possible {
        self.possible.get(type_name).cloned().unwrap_or_default()
    }

    /// The one object type of a set that holds only one.
    pub(crate) fn only(&self, possible: &Possible) -> Option<&Name> {
        possible.only().and_then(|index| self.objects.get(index))
    }

    pub(crate) fn definition(&self, type_name: &Name) -> Option<&ExtendedType> {
        self.parsed.types.get(type_name)
    }

    /// Whether it is the type of mutations.
    pub(crate) fn is_mutation(&self, type_name: &Name) -> bool {
        self.parsed.schema_definition.mutation.as_ref().is_some_and(|own| own.name == *type_name)
    }

    /// The composite types with their fields, for tables that are made from the schema.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&Name, &Node<FieldDefinition>)> {
        self.parsed.types.iter().flat_map(|(name, definition)| {
            let fields = match definition {
                ExtendedType::Object(object) => Some(&object.fields),
                ExtendedType::Interface(interface) => Some(&interface.fields),
                _ => None,
            };
            fields.into_iter().flatten().map(move |(_, field)| (name, &field.node))
        })
    }
}

pub(crate) fn is_composite(definition: &ExtendedType) -> bool {
    definition.is_object() || definition.is_interface() || definition.is_union()
}

/// The validator's own `__Type` is from before `@oneOf`.
fn knows_one_of(schema: &mut Parsed) {
    let Some(ExtendedType::Object(object)) = schema.types.get_mut("__Type") else { return };
    let object = object.make_mut();
    object.fields.entry(name!("isOneOf")).or_insert_with(|| {
        Node::new(FieldDefinition {
            description: None,
            name: name!("isOneOf"),
            arguments: Vec::new(),
            ty: Type::Named(name!("Boolean")),
            directives: Default::default(),
        })
        .into()
    });
}
