//! What the drawing script writes: one line of JSON a portrait.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::{Error, Result};

/// One portrait as it was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Portrait {
    /// Style, as the library spells it.
    pub style: String,
    /// Number in its style.
    pub number: usize,
    /// Axis to class, both by id; an axis that the style does not have is not there.
    pub classes: BTreeMap<String, String>,
    /// The drawing.
    pub svg: String,
}

/// Reads the lines of the script. A drawing that is already there, stroke for stroke, is left out.
pub fn parse(lines: &str) -> Result<Vec<Portrait>> {
    let mut portraits = Vec::new();
    let mut seen: HashSet<String> = HashSet::new();
    for (i, line) in lines.lines().enumerate() {
        let portrait: Portrait = serde_json::from_str(line)
            .map_err(|e| Error::Data(format!("Line {} of the drawings: {e}.", i + 1)))?;
        if seen.insert(portrait.svg.clone()) {
            portraits.push(portrait);
        }
    }
    Ok(portraits)
}

/// Runs the script with Node and returns its lines: `count` portraits of every style.
pub fn draw(script: &Path, count: usize, seed: u64) -> Result<String> {
    let output = Command::new("node")
        .arg(script)
        .args(["--count", &count.to_string(), "--seed", &seed.to_string()])
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(Error::io("node"))?;
    if !output.status.success() {
        let script = script.display();
        return Err(Error::Data(format!(
            "{script} failed. It needs Node 20 and its packages: run `npm ci` first."
        )));
    }
    String::from_utf8(output.stdout)
        .map_err(|_| Error::Data("The drawings are not UTF-8 text.".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_portraits_and_repetitions_go() {
        let line = |number: usize, svg: &str| {
            format!(r#"{{"style":"a","number":{number},"classes":{{"style":"a"}},"svg":"{svg}"}}"#)
        };
        let lines = [line(0, "<svg/>"), line(1, "<svg x/>"), line(2, "<svg/>")].join("\n");
        let portraits = parse(&lines).unwrap();
        assert_eq!(portraits.iter().map(|p| p.number).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(portraits[1].classes["style"], "a");
        let error = parse("{}").unwrap_err().to_string();
        assert!(error.starts_with("Line 1"), "{error}");
    }
}
