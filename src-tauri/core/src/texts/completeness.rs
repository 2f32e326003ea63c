//! Compares catalogs with registries, for the tests of every crate that declares texts.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

use super::{Language, Shape, Spec, UNKNOWN, catalogs};

/// The arguments that each part of a message uses, by the part's name; the value has the empty name.
type Parts = BTreeMap<String, BTreeSet<String>>;

/// Patterns by the id of their message or term, and the part.
type Patterns<'a> = BTreeMap<String, &'a Pattern<&'a str>>;

/// The names and sources of the catalogs of a language that are built into the program.
pub fn built_in(language: Language) -> &'static [(&'static str, &'static str)] {
    catalogs::of(language)
}

/// Finds mismatches between codes and catalogs: a code without a message, a message without a code, other arguments in
/// the catalog than in the code. Reads the catalogs of a language in this folder.
pub fn problems(language: Language, folder: &str, registries: &[&[Spec]]) -> Vec<String> {
    let mut problems = Vec::new();
    let messages = messages(language, folder, &mut problems);
    let mut declared: BTreeMap<String, Spec> = BTreeMap::new();
    for spec in registries.iter().copied().flatten() {
        let before = declared.insert(spec.id(), *spec);
        if before.is_some_and(|before| before != *spec) {
            problems.push(format!("{} is declared twice", spec.code));
        }
    }
    for (id, spec) in &declared {
        match messages.get(id) {
            Some(message) => compare(id, spec, message, &mut problems),
            None => problems.push(format!("{id} is in no catalog of {folder}")),
        }
    }
    for id in messages.keys() {
        if !declared.contains_key(id) && id != UNKNOWN {
            problems.push(format!(
                "{id} is in a catalog of {folder}, and no code gives it"
            ));
        }
    }
    problems
}

fn compare(id: &str, spec: &Spec, message: &Parts, problems: &mut Vec<String>) {
    let parts: Vec<&str> = message.keys().map(String::as_str).collect();
    let fits = match spec.shape {
        Shape::Message => parts == [""],
        Shape::Notice => {
            parts == [".happened", ".slipway"] || parts == [".happened", ".slipway", ".you"]
        }
    };
    if !fits {
        problems.push(format!("{id} has the parts {parts:?}"));
    }
    let used: BTreeSet<&str> = message.values().flatten().map(String::as_str).collect();
    let given: BTreeSet<&str> = spec.args.iter().map(|(name, _)| *name).collect();
    if used != given {
        problems.push(format!("{id} uses {used:?}, and the code gives {given:?}"));
    }
}

/// The messages of a language's catalogs in this folder.
fn messages(
    language: Language,
    folder: &str,
    problems: &mut Vec<String>,
) -> BTreeMap<String, Parts> {
    let resources: Vec<_> = catalogs::of(language)
        .iter()
        .map(|(name, source)| (*name, catalogs::parse(source)))
        .collect();
    let mut patterns = Patterns::new();
    let mut wanted = Vec::new();
    for (name, (resource, errors)) in &resources {
        problems.extend(errors.iter().map(|error| format!("{name}: {error}")));
        for entry in resource.entries() {
            let (id, value, attributes, is_message) = match entry {
                Entry::Message(it) => (
                    it.id.name.to_owned(),
                    it.value.as_ref(),
                    &it.attributes,
                    true,
                ),
                Entry::Term(it) => (
                    format!("-{}", it.id.name),
                    Some(&it.value),
                    &it.attributes,
                    false,
                ),
                _ => continue,
            };
            let value = value.map(|value| (String::new(), value));
            let attributes = attributes
                .iter()
                .map(|it| (format!(".{}", it.id.name), &it.value));
            for (part, pattern) in value.into_iter().chain(attributes) {
                if patterns.insert(format!("{id}{part}"), pattern).is_some() {
                    problems.push(format!("{id}{part} is twice in the catalogs"));
                }
                if is_message && name.starts_with(folder) {
                    wanted.push((id.clone(), part));
                }
            }
        }
    }
    let mut found: BTreeMap<String, Parts> = BTreeMap::new();
    for (id, part) in wanted {
        let mut used = BTreeSet::new();
        follow(&patterns, &format!("{id}{part}"), &mut used, problems);
        found.entry(id).or_default().insert(part, used);
    }
    found
}

/// Collects the arguments of the pattern with this name.
fn follow(
    patterns: &Patterns<'_>,
    name: &str,
    used: &mut BTreeSet<String>,
    problems: &mut Vec<String>,
) {
    match patterns.get(name) {
        Some(pattern) => collect(patterns, pattern, used, problems),
        None => problems.push(format!("{name} is referred to, and in no catalog")),
    }
}

fn collect(
    patterns: &Patterns<'_>,
    pattern: &Pattern<&str>,
    used: &mut BTreeSet<String>,
    problems: &mut Vec<String>,
) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        match expression {
            Expression::Inline(inline) => collect_inline(patterns, inline, used, problems),
            Expression::Select { selector, variants } => {
                collect_inline(patterns, selector, used, problems);
                for variant in variants {
                    collect(patterns, &variant.value, used, problems);
                }
            }
        }
    }
}

fn collect_inline(
    patterns: &Patterns<'_>,
    inline: &InlineExpression<&str>,
    used: &mut BTreeSet<String>,
    problems: &mut Vec<String>,
) {
    match inline {
        InlineExpression::VariableReference { id } => {
            used.insert(id.name.to_owned());
        }
        InlineExpression::MessageReference { id, attribute } => {
            let part = attribute
                .as_ref()
                .map_or(String::new(), |it| format!(".{}", it.name));
            follow(patterns, &format!("{}{part}", id.name), used, problems);
        }
        InlineExpression::TermReference { id, .. } => {
            // A term does not see the arguments of the text around it.
            let mut inside = BTreeSet::new();
            follow(patterns, &format!("-{}", id.name), &mut inside, problems);
            if !inside.is_empty() {
                problems.push(format!("-{} uses {inside:?}, which it cannot see", id.name));
            }
        }
        InlineExpression::Placeable { expression } => match &**expression {
            Expression::Inline(inline) => collect_inline(patterns, inline, used, problems),
            Expression::Select { .. } => problems.push("a selection in double braces".to_owned()),
        },
        _ => {}
    }
}
