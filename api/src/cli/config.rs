//! Settings by file: what the file says is what an argument is when neither the argument nor its
//! variable says otherwise. A setting is whatever can be said by a variable, under the name of its
//! argument.

use std::{
    collections::BTreeMap,
    env,
    ffi::{OsStr, OsString},
    fs,
    path::PathBuf,
};

use anyhow::{Context, bail};
use clap::{Arg, ArgMatches, Command, parser::ValueSource};
use toml::{Table, Value};

use super::settings::CONFIG;
use crate::database::masked;

/// The file that is read when nobody names another, where it is there.
const USUAL: &str = "tributary.toml";
/// The commands whose arguments are settings too.
const COMMANDS: [&str; 2] = ["serve", "config"];

/// What a file says.
#[derive(Default)]
pub struct FileSettings {
    file: PathBuf,
    values: BTreeMap<String, String>,
}

impl FileSettings {
    /// Reads the file that the arguments name, or the variable, or the usual one where there is one.
    ///
    /// # Errors
    /// When a named file cannot be read, or any says what is no setting.
    pub fn read(arguments: &[OsString], command: &Command) -> anyhow::Result<Self> {
        let named = named(arguments).or_else(|| env::var_os(CONFIG.variable));
        let file = PathBuf::from(named.as_deref().unwrap_or(OsStr::new(USUAL)));
        if named.is_none() && !file.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(&file)
            .with_context(|| format!("cannot read the settings {}", file.display()))?;
        let values = read(&text, command).with_context(|| file.display().to_string())?;
        Ok(Self { file, values })
    }

    /// The same command, whose arguments are what the file says when nothing else does.
    pub fn under(&self, command: Command) -> Command {
        let set = |argument: Arg| match self.values.get(argument.get_id().as_str()) {
            Some(value) => argument.default_value(value.clone()),
            None => argument,
        };
        COMMANDS.into_iter().fold(command.mut_args(set), |command, name| {
            command.mut_subcommand(name, |command| command.mut_args(set))
        })
    }

    /// Every setting, a line each in the form of the file, with where its value comes from.
    pub fn told(&self, command: &Command, matches: &ArgMatches) -> String {
        let lines = settings(command).into_iter().map(|argument| self.line(&argument, matches));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn line(&self, argument: &Arg, matches: &ArgMatches) -> String {
        let (id, name) = (argument.get_id().as_str(), argument.get_long().unwrap_or_default());
        let value = matches.get_raw(id).and_then(Iterator::last);
        let Some(value) = value.map(OsStr::to_string_lossy) else {
            return format!("# {name} is not set");
        };
        let value = if argument.is_hide_env_values_set() { masked(&value) } else { value.into() };
        let value = match value.parse::<i64>() {
            _ if ["true", "false"].contains(&value.as_str()) => value,
            Ok(number) => number.to_string(),
            Err(_) => serde_json::Value::String(value).to_string(),
        };
        let variable = argument.get_env().unwrap_or_default().to_string_lossy();
        let source = match matches.value_source(id) {
            Some(ValueSource::CommandLine) => "argument".to_owned(),
            Some(ValueSource::EnvVariable) => format!("environment, {variable}"),
            _ if self.values.contains_key(id) => format!("file, {}", self.file.display()),
            _ => "when left out".to_owned(),
        };
        format!("{name} = {value} # {source}")
    }
}

/// The file that the arguments name. They are not all known yet, so that they are only looked at.
fn named(arguments: &[OsString]) -> Option<OsString> {
    let mut arguments = arguments.iter().take_while(|argument| *argument != "--");
    while let Some(argument) = arguments.next() {
        if argument == CONFIG.argument {
            return arguments.next().cloned();
        }
        let text = argument.to_str().unwrap_or_default();
        if let Some(named) = text.strip_prefix(CONFIG.argument).and_then(|it| it.strip_prefix('='))
        {
            return Some(named.into());
        }
    }
    None
}

/// What can be set: whatever has a variable, but for where the settings are.
fn settings(command: &Command) -> Vec<Arg> {
    let of_config = command.find_subcommand("config");
    let own = of_config.into_iter().flat_map(Command::get_arguments);
    let mut settings: Vec<Arg> = Vec::new();
    for argument in command.get_arguments().chain(own) {
        let is_setting = argument.get_env().is_some_and(|variable| variable != CONFIG.variable);
        let is_known = settings.iter().any(|known| known.get_id() == argument.get_id());
        if is_setting && !is_known {
            settings.push(argument.clone());
        }
    }
    settings
}

/// The values of a file, by the identity of their argument.
fn read(text: &str, command: &Command) -> anyhow::Result<BTreeMap<String, String>> {
    // The parser's whole answer shows the line, which may hold a password.
    let table: Table = toml::from_str(text).map_err(|why: toml::de::Error| {
        let line = why.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
        anyhow::anyhow!("line {line}: {}", why.message())
    })?;
    let settings = settings(command);
    let mut values = BTreeMap::new();
    for (name, value) in table {
        let known = settings.iter().find(|argument| argument.get_long() == Some(&name));
        let Some(argument) = known else {
            let nearest = nearest(&name, settings.iter().filter_map(Arg::get_long));
            bail!("there is no setting {name:?}: do you mean {nearest:?}?");
        };
        let is_flag = !argument.get_action().takes_values();
        let value = match value {
            Value::Boolean(value) if is_flag => value.to_string(),
            _ if is_flag => bail!("{name} is true or false"),
            Value::String(value) => value,
            Value::Integer(value) => value.to_string(),
            _ => bail!("{name} is a text or a number"),
        };
        check(command, argument, &value).with_context(|| name.clone())?;
        values.insert(argument.get_id().to_string(), value);
    }
    Ok(values)
}

/// Whether the argument takes the value. What it says of one that it does not take names no file.
fn check(command: &Command, argument: &Arg, value: &str) -> anyhow::Result<()> {
    if !argument.get_action().takes_values() {
        return Ok(());
    }
    let parser = argument.get_value_parser().clone();
    let alone = Arg::new("value").long("value").value_parser(parser);
    let alone = Command::new(command.get_name().to_owned()).arg(alone);
    let taken =
        alone.try_get_matches_from([OsStr::new(""), OsStr::new(&format!("--value={value}"))]);
    let Err(why) = taken else { return Ok(()) };
    let why = why.to_string();
    let why = why.lines().next().unwrap_or_default();
    bail!("{}", why.trim_start_matches("error: ").replace(" for '--value <value>'", ""))
}

/// The name that is most like `name`.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> &'a str {
    known.min_by_key(|known| strsim::damerau_levenshtein(name, known)).unwrap_or_default()
}

/// Variables that look like settings and are none, each with the nearest that is.
pub fn unknown_variables(command: &Command) -> Vec<(String, String)> {
    let settings = settings(command);
    let known: Vec<&str> =
        settings.iter().filter_map(|argument| argument.get_env()?.to_str()).collect();
    let others = [CONFIG.variable, super::account::PASSWORD];
    let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let mut unknown: Vec<(String, String)> = names
        .filter(|name| name.starts_with("TRIBUTARY_"))
        .filter(|name| !known.contains(&name.as_str()) && !others.contains(&name.as_str()))
        .map(|name| {
            let nearest = nearest(&name, known.iter().copied()).to_owned();
            (name, nearest)
        })
        .collect();
    unknown.sort();
    unknown
}
