//! Documents made to hurt, each with the code that it is to be answered by.

use std::fmt::Write;

/// Fragments that spread the next one so many times: `fan` to the power of `levels` fields.
pub fn fragment_bomb(levels: usize, fan: usize) -> String {
    let mut text = "{ ...F0 }".to_owned();
    for level in 0..levels {
        let next = format!("...F{} ", level + 1).repeat(fan);
        let _ = write!(text, " fragment F{level} on Query {{ {next} }}");
    }
    let _ = write!(text, " fragment F{levels} on Query {{ place {{ __typename }} }}");
    text
}

/// The same through fields, so that every level nests and nothing merges at the root.
fn nested_bomb(levels: usize) -> String {
    let mut text = "{ council { ...F0 } }".to_owned();
    for level in 0..levels {
        let next =
            format!("a{level}: parent {{ ...F{0} }} b{level}: parent {{ ...F{0} }}", level + 1);
        let _ = write!(text, " fragment F{level} on Council {{ {next} }}");
    }
    let _ = write!(text, " fragment F{levels} on Council {{ id }}");
    text
}

fn numbered(count: usize, each: impl Fn(usize) -> String) -> String {
    (0..count).map(each).collect::<Vec<_>>().join(" ")
}

/// Name, text, and the code that it is to get.
pub fn documents() -> Vec<(&'static str, String, &'static str)> {
    let accepted = "ACCEPTED";
    vec![
        ("a bomb of 2^24 by fragments", fragment_bomb(24, 2), "TOO_MANY_SELECTIONS"),
        ("a bomb of 2^24 by fields", nested_bomb(24), "TOO_MANY_SELECTIONS"),
        ("a bomb of 2^16 by fields, shallow enough", nested_bomb(16), "TOO_MANY_SELECTIONS"),
        ("a bomb of 100^5", fragment_bomb(5, 100), "TOO_MANY_SELECTIONS"),
        ("a bomb of 8^60, past any counter", fragment_bomb(60, 8), "TOO_MANY_SELECTIONS"),
        (
            "fragments that spread themselves",
            {
                "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F ...G }".to_owned()
            },
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "a ring of 200 fragments",
            {
                let ring = numbered(200, |n| {
                    format!("fragment F{n} on Query {{ ...F{} }}", (n + 1) % 200)
                });
                format!("{{ ...F0 }} {ring}")
            },
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "a chain of 450 fragments",
            {
                let chain =
                    numbered(450, |n| format!("fragment F{n} on Query {{ ...F{} }}", n + 1));
                format!("{{ ...F0 }} {chain} fragment F450 on Query {{ __typename }}")
            },
            "NESTED_TOO_DEEPLY",
        ),
        (
            "fields 10,000 deep",
            {
                format!(
                    "{{ council {} id {} }}",
                    "{ parent ".repeat(10_000) + "{",
                    "}".repeat(10_001)
                )
            },
            "NESTED_TOO_DEEPLY",
        ),
        ("brackets that never close", "{".repeat(200_000), "NESTED_TOO_DEEPLY"),
        ("brackets that never open", "}".repeat(200_000), "TOO_MANY_TOKENS"),
        (
            "lists 10,000 deep",
            { format!("{{ list(of: {}{}) }}", "[".repeat(10_000), "]".repeat(10_000)) },
            "NESTED_TOO_DEEPLY",
        ),
        (
            "lists 60 deep",
            { format!("{{ list(of: {}{}) }}", "[".repeat(60), "]".repeat(60)) },
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "objects 10,000 deep",
            {
                format!(
                    "{{ wheres(where: {}{{}}{}) }}",
                    "{not: ".repeat(10_000),
                    "}".repeat(10_000)
                )
            },
            "NESTED_TOO_DEEPLY",
        ),
        (
            "objects 60 deep",
            { format!("{{ wheres(where: {}{{}}{}) }}", "{not: ".repeat(60), "}".repeat(60)) },
            accepted,
        ),
        (
            "a type of 10,000 brackets",
            {
                format!(
                    "query ($a: {}Int{}) {{ list(of: $a) }}",
                    "[".repeat(10_000),
                    "]".repeat(10_000)
                )
            },
            "NESTED_TOO_DEEPLY",
        ),
        (
            "100,000 aliases of __typename",
            { format!("{{ {} }}", numbered(100_000, |n| format!("a{n}:__typename"))) },
            "DOCUMENT_TOO_LARGE",
        ),
        (
            "1,000 aliases of __typename",
            { format!("{{ {} }}", numbered(1_000, |n| format!("a{n}:__typename"))) },
            "TOO_MANY_ALIASES",
        ),
        (
            "30,000 times the same field",
            { format!("{{ place {{ {} }} }}", "id ".repeat(30_000)) },
            "TOO_MANY_TOKENS",
        ),
        (
            "1,900 times the same field",
            { format!("{{ place {{ {} }} }}", "__typename ".repeat(1_900)) },
            accepted,
        ),
        (
            "1,300 directives on a field",
            { format!("{{ place {{ __typename {} }} }}", "@a".repeat(1_300)) },
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "600 includes on a field",
            { format!("{{ place {{ __typename {} }} }}", "@include(if: true)".repeat(600)) },
            "TOO_MANY_TOKENS",
        ),
        (
            "900 variables, none used",
            {
                format!(
                    "query ({}) {{ place {{ __typename }} }}",
                    numbered(900, |n| format!("$a{n}:Int"))
                )
            },
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "450 variables, all used in one list",
            {
                format!(
                    "query ({}) {{ list(of: [{}]) }}",
                    numbered(450, |n| format!("$a{n}:Int")),
                    numbered(450, |n| format!("$a{n}"))
                )
            },
            accepted,
        ),
        (
            "600 fields that conflict with each other",
            { format!("{{ {} }}", numbered(600, |n| format!("number(of:{n})"))) },
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "fields that conflict through fragments on every level",
            {
                let levels = numbered(60, |n| {
                    format!(
                        "fragment F{n} on Council {{ parent {{ ...F{0} }} ...G{0} }} fragment G{n} on Council {{ parent {{ ...G{0} }} ...F{0} }}",
                        n + 1
                    )
                });
                format!(
                    "{{ council {{ ...F0 ...G0 }} }} {levels} fragment F60 on Council {{ a: id }} fragment G60 on Council {{ a: name }}"
                )
            },
            "TOO_MANY_SELECTIONS",
        ),
        (
            "circular introspection",
            {
                format!(
                    "{{ __schema {{ types {} name {} }} }}",
                    "{ fields { type ".repeat(20) + "{",
                    "} }".repeat(20) + "}"
                )
            },
            "FIELDS_TOO_DEEP",
        ),
        ("a string of 250 kB", format!("{{ text(of: \"{}\") }}", "x".repeat(250_000)), accepted),
        (
            "a string of 10 MB",
            format!("{{ text(of: \"{}\") }}", "x".repeat(10_000_000)),
            "DOCUMENT_TOO_LARGE",
        ),
        (
            "a string that never ends",
            format!("{{ text(of: \"{}", "x".repeat(250_000)),
            "GRAPHQL_PARSE_FAILED",
        ),
        (
            "a block string of 80,000 quotes",
            { format!("{{ text(of: \"\"\"{}\"\"\") }}", "\" ".repeat(80_000)) },
            accepted,
        ),
        (
            "a block string of 60,000 lines",
            { format!("{{ text(of: \"\"\"{}\"\"\") }}", " \n".repeat(60_000)) },
            accepted,
        ),
        (
            "a string of 40,000 escapes",
            { format!("{{ text(of: \"{}\") }}", "\\u0041".repeat(40_000)) },
            accepted,
        ),
        (
            "250,000 commas",
            format!("{{ place {{ {} __typename }} }}", ",".repeat(250_000)),
            accepted,
        ),
        (
            "a comment of 250 kB",
            format!("#{}\n{{ place {{ __typename }} }}", "x".repeat(250_000)),
            accepted,
        ),
        (
            "80,000 comments",
            format!("{}{{ place {{ __typename }} }}", "#x\n".repeat(80_000)),
            accepted,
        ),
        ("a name of 250 kB", format!("{{ {} }}", "x".repeat(250_000)), "GRAPHQL_VALIDATION_FAILED"),
        (
            "a number of 250 kB",
            format!("{{ number(of: {}) }}", "9".repeat(250_000)),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "a number of the reference's kind, 250 kB",
            format!("{{ id(of: {}) }}", "9".repeat(250_000)),
            accepted,
        ),
        (
            "800 operations",
            numbered(800, |n| format!("query Q{n} {{ __typename }}")),
            "OPERATION_NAME_REQUIRED",
        ),
        (
            "300 operations that share a large fragment",
            {
                format!(
                    "{} fragment F on Query {{ {} }}",
                    numbered(300, |n| format!("query Q{n} {{ ...F }}")),
                    "__typename ".repeat(1_700)
                )
            },
            "TOO_MANY_SELECTIONS",
        ),
        (
            "550 fragments that nothing uses",
            {
                format!(
                    "{{ __typename }} {}",
                    numbered(550, |n| format!("fragment F{n} on Query {{ a }}"))
                )
            },
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "unknown fields by the hundred",
            { format!("{{ {} }}", numbered(1_900, |n| format!("a{n}"))) },
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("200,000 signs that are none", "~".repeat(200_000), "TOO_MANY_TOKENS"),
        ("3,900 signs that are none", "~".repeat(3_900), "GRAPHQL_PARSE_FAILED"),
        ("3,900 quotes", "\" ".repeat(3_900), "GRAPHQL_PARSE_FAILED"),
        ("a hundred thousand escapes outside strings", "\\u".repeat(50_000), "TOO_MANY_TOKENS"),
        ("nothing", String::new(), "GRAPHQL_PARSE_FAILED"),
        ("a zero byte", "\0".to_owned(), "GRAPHQL_PARSE_FAILED"),
        ("byte order marks", "\u{feff}".repeat(10_000), "GRAPHQL_PARSE_FAILED"),
        (
            "inline fragments 62 deep on every branch",
            { format!("{{ place {} __typename {} }}", "{ ... ".repeat(61) + "{", "}".repeat(62)) },
            accepted,
        ),
    ]
}
