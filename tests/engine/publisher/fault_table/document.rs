//! The tables in `docs/reliability.md`: built, compared, and updated.

use std::{
    fs::File,
    io::{Read, Seek, Write},
    path::Path,
};

/// The result of an answer.
#[derive(Debug)]
pub struct Row {
    pub answer: String,
    pub cells: Vec<String>,
}

/// Compares the table of this name with the results, or updates it when `UPDATE_RELIABILITY` is set.
pub fn check(name: &str, columns: &[&str], rows: &[Row]) {
    let table = markdown(columns, rows);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reliability.md");
    let update = std::env::var_os("UPDATE_RELIABILITY").is_some();
    let mut file = File::options()
        .read(true)
        .write(update)
        .open(&path)
        .unwrap();
    // Other tests update their tables at the same time.
    if update {
        file.lock().unwrap();
    } else {
        file.lock_shared().unwrap();
    }
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    let (begin, end) = (format!("<!-- table: {name} -->\n"), "\n<!-- end -->");
    let start = text
        .find(&begin)
        .unwrap_or_else(|| panic!("docs/reliability.md has no {begin:?}"))
        + begin.len();
    let length = text[start..].find(end).expect("an end of the table");
    if update {
        text.replace_range(start..start + length, &table);
        file.rewind().unwrap();
        file.set_len(0).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        return;
    }
    assert!(
        text[start..start + length] == table,
        "docs/reliability.md says something else about {name}; if this is right, run the tests once with \
         UPDATE_RELIABILITY=1:\n{table}"
    );
}

/// Answers with the same result share a row.
fn markdown(columns: &[&str], rows: &[Row]) -> String {
    let mut merged: Vec<(Vec<&str>, &[String])> = Vec::new();
    for row in rows {
        match merged.iter_mut().find(|(_, cells)| *cells == row.cells) {
            Some((answers, _)) => answers.push(&row.answer),
            None => merged.push((vec![&row.answer], &row.cells)),
        }
    }
    let line = |cells: &[&str]| format!("| {} |", cells.join(" | "));
    let mut head = vec!["TikTok answers"];
    head.extend(columns);
    let mut lines = vec![line(&head), format!("|{}", "---|".repeat(head.len()))];
    for (answers, cells) in merged {
        let answers = answers.join(", ");
        let mut all = vec![answers.as_str()];
        all.extend(cells.iter().map(String::as_str));
        lines.push(line(&all));
    }
    lines.join("\n")
}
