use std::collections::{HashMap, HashSet};

use entities::value::Instant;

use super::{
    finding::Unclear,
    period::moment,
    source::{Json, Object, Source},
};
use crate::import::{Line, UnreadableFile};

/// The most releases of one file.
const MOST_RELEASES: usize = 10_000;
/// The most characters of an identity that is kept.
const LONGEST_IDENTITY: usize = 200;
/// What a release can say that it is about.
const TAGS: [&str; 18] = [
    "planning",
    "planningUpdate",
    "tender",
    "tenderAmendment",
    "tenderUpdate",
    "tenderCancellation",
    "award",
    "awardUpdate",
    "awardCancellation",
    "contract",
    "contractUpdate",
    "contractAmendment",
    "contractTermination",
    "implementation",
    "implementationUpdate",
    "compiled",
    // Tags of an extension that portals write.
    "preQualification",
    "preQualificationUpdate",
];

/// One release: what was published of a process on a day.
pub(super) struct Release<'s, 'a> {
    pub(super) object: Object<'s, 'a>,
    pub(super) ocid: String,
    pub(super) id: String,
    pub(super) at: Instant,
    pub(super) tags: Vec<String>,
}

/// The releases of a file.
pub(super) struct Package<'s, 'a> {
    /// Who published it.
    pub(super) publisher: Option<String>,
    /// By process, in the file's order; those of one process from the earliest to the latest.
    pub(super) processes: Vec<Vec<Release<'s, 'a>>>,
    /// How many releases it has.
    pub(super) count: usize,
    /// Releases that cannot be taken, and why.
    pub(super) rejected: Vec<Line<String>>,
}

impl<'s, 'a> Package<'s, 'a> {
    /// Takes a release, a release package or a record package apart.
    ///
    /// # Errors
    /// When it is none of them, of another version, or has too many releases.
    pub(super) fn read(source: &'s Source<'a>) -> Result<Self, UnreadableFile> {
        let Some(root) = source.root().object() else {
            return Err(UnreadableFile(
                "the file is no release, release package or record package: an object of JSON \
                 with \"releases\", \"records\" or \"ocid\" is expected"
                    .to_owned(),
            ));
        };
        check_version(&root)?;
        let stated = if root.get("releases").is_some() {
            root.list("releases")
        } else if root.get("records").is_some() {
            of_records(&root)
        } else if root.get("ocid").is_some() {
            vec![root.place.clone()]
        } else {
            return Err(UnreadableFile(
                "the file has neither \"releases\" nor \"records\" nor \"ocid\": it is no release, \
                 release package or record package"
                    .to_owned(),
            ));
        };
        if stated.len() > MOST_RELEASES {
            let sentence = format!(
                "the file has {} releases: at most {MOST_RELEASES} are taken at a time",
                stated.len()
            );
            return Err(UnreadableFile(sentence));
        }
        let publisher = root.object("publisher").and_then(|publisher| publisher.text("name"));
        let mut package =
            Self { publisher, processes: Vec::new(), count: stated.len(), rejected: Vec::new() };
        package.group(&stated);
        Ok(package)
    }

    fn group(&mut self, stated: &[Json<'s, 'a>]) {
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut known = HashSet::new();
        for place in stated {
            let release = match release(place) {
                Ok(release) => release,
                Err(reason) => {
                    self.rejected.push(Line { number: place.line(), row: reason });
                    continue;
                }
            };
            if !known.insert((release.ocid.clone(), release.id.clone())) {
                let sentence =
                    format!("release {} stands here twice: the first is taken", release.id);
                place.unclear(Unclear::ReleaseTwice, sentence);
                continue;
            }
            let at = *places.entry(release.ocid.clone()).or_insert_with(|| {
                self.processes.push(Vec::new());
                self.processes.len() - 1
            });
            if let Some(process) = self.processes.get_mut(at) {
                if process.iter().any(|other| other.at == release.at) {
                    let sentence = "another release of this process has the same date: the one that \
                                    stands later in the file counts as the later";
                    place.unclear(Unclear::SameDate, sentence);
                }
                process.push(release);
            }
        }
        for process in &mut self.processes {
            process.sort_by_key(|release| release.at);
        }
    }
}

/// What records say of their processes: the compiled release, or else each release in full.
fn of_records<'s, 'a>(root: &Object<'s, 'a>) -> Vec<Json<'s, 'a>> {
    let mut stated = Vec::new();
    for record in root.objects("records") {
        if let Some(compiled) = record.get("compiledRelease") {
            stated.push(compiled);
            continue;
        }
        for release in record.objects("releases") {
            if release.get("ocid").is_some() {
                stated.push(release.place);
            } else {
                let sentence = "only the release's address stands here: it is not fetched";
                release.unclear(Unclear::LinkedRelease, sentence);
            }
        }
    }
    stated
}

fn check_version(root: &Object<'_, '_>) -> Result<(), UnreadableFile> {
    match root.code("version").as_deref() {
        None | Some("1.0" | "1.1") => Ok(()),
        Some(patch) if patch.starts_with("1.0.") || patch.starts_with("1.1.") => Ok(()),
        Some(other) => {
            let short: String = other.chars().take(40).collect();
            Err(UnreadableFile(format!(
                "the file is of version {short:?} of the Open Contracting Data Standard: 1.0 and \
                 1.1 are read"
            )))
        }
    }
}

fn release<'s, 'a>(place: &Json<'s, 'a>) -> Result<Release<'s, 'a>, String> {
    let object = place.object().ok_or("the release is no object")?;
    let ocid = identity(&object, "ocid")?;
    let id = match object.get("id") {
        Some(_) => identity(&object, "id")?,
        None => {
            object.unclear(
                Unclear::NoIdentity,
                "the release has no id: known by its process and date",
            );
            ocid.clone()
        }
    };
    let date = object
        .get("date")
        .ok_or("the release has no date: whether it is the latest is not known")?;
    let at = moment(&date)
        .ok_or("the release's date is no day: whether it is the latest is not known")?;
    let tags = object.codes("tag");
    for tag in tags.iter().filter(|tag| !TAGS.contains(&tag.as_str())) {
        let sentence = format!("{tag:?} is no tag of the standard: passed over");
        object.unclear(Unclear::UnknownWord, sentence);
    }
    Ok(Release { object, ocid, id, at, tags })
}

fn identity(object: &Object<'_, '_>, key: &str) -> Result<String, String> {
    let identity = object.code(key).ok_or_else(|| format!("the release has no {key}"))?;
    if identity.chars().count() > LONGEST_IDENTITY {
        return Err(format!("the release's {key} is longer than {LONGEST_IDENTITY} characters"));
    }
    Ok(identity)
}
