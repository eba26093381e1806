//! Several runs of one evaluation as one table: the seeds of equal rows side by side.

use super::{Cell, Results, Role};
use crate::{Error, Result};

/// Joins tables with the same columns. Rows with the same keys become one row that holds the values
/// of all; rows that only some tables have stay. Order, title and plots are the first table's.
///
/// # Errors
/// [`Error::Data`] if there is no table, columns differ, two rows of one table have the same keys,
/// or two tables come from the same command (the same seed counted twice would feign a spread).
pub fn join(tables: &[Results]) -> Result<Results> {
    let Some((first, rest)) = tables.split_first() else {
        return Err(Error::Data("There are no results to join.".into()));
    };
    let mut joined = first.clone();
    joined.rows.clear();
    merge(&mut joined, first)?;
    for table in rest {
        if table.columns != first.columns {
            let why = "they do not have the same columns";
            return Err(Error::Data(format!("Results cannot be joined: {why}.")));
        }
        if let Some(twice) = table.commands.iter().find(|c| joined.commands.contains(c)) {
            return Err(Error::Data(format!("The results of this run are there twice: {twice}")));
        }
        joined.commands.extend(table.commands.iter().cloned());
        for note in &table.notes {
            if !joined.notes.contains(note) {
                joined.notes.push(note.clone());
            }
        }
        merge(&mut joined, table)?;
    }
    Ok(joined)
}

/// Adds the values of every row of `table` to the row of `joined` with the same keys.
fn merge(joined: &mut Results, table: &Results) -> Result<()> {
    let roles: Vec<Role> = table.columns.iter().map(|c| c.role).collect();
    let same = |a: &[Cell], b: &[Cell]| {
        roles.iter().zip(a.iter().zip(b)).all(|(role, (a, b))| *role == Role::Measure || a == b)
    };
    for (i, row) in table.rows.iter().enumerate() {
        if table.rows[..i].iter().any(|earlier| same(earlier, row)) {
            return Err(Error::Data(format!(
                "Row {} of \"{}\" is not unique.",
                i + 1,
                table.title
            )));
        }
        match joined.rows.iter_mut().find(|known| same(known, row)) {
            None => joined.rows.push(row.clone()),
            Some(known) => {
                for ((role, cell), more) in roles.iter().zip(known).zip(row) {
                    match (role, &mut *cell, more) {
                        (Role::Key, ..) => {}
                        (_, Cell::Numbers(values), Cell::Numbers(more)) => values.extend(more),
                        (_, cell, more) if *cell == Cell::Missing => *cell = more.clone(),
                        _ => {}
                    }
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;

    fn run(offset: f64) -> Results {
        let mut results = sample(offset);
        results.commands = vec![format!("varigrain eval --seed {offset}")];
        results
    }

    #[test]
    fn equal_rows_become_mean_and_spread() {
        let mut third = run(2.0);
        third.row(vec!["oracle".into(), 0.5.into(), 30.0.into()]).unwrap();
        let joined = join(&[run(0.0), run(1.0), third]).unwrap();
        assert_eq!(joined.rows.len(), 3);
        assert_eq!(joined.rows[0][2].statistics(), (Some(25.0), Some(1.0)));
        assert_eq!(joined.rows[2][2].statistics(), (Some(30.0), None));
        assert_eq!(joined.rows[1][1], 0.5.into());
        assert_eq!(joined.commands.len(), 3);
        assert_eq!(joined.notes, ["two images"]);
        // Joining in two steps is the same: every value is kept.
        let pair = join(&[run(0.0), run(1.0)]).unwrap();
        assert_eq!(join(&[pair, run(2.0)]).unwrap().rows[0], joined.rows[0]);
    }

    #[test]
    fn what_does_not_belong_together_is_refused() {
        assert_eq!(join(&[]).unwrap_err().code(), "data");
        assert_eq!(join(&[run(0.0), run(0.0)]).unwrap_err().code(), "data");
        let mut other = run(1.0);
        other.columns[2].unit = "bit".into();
        assert_eq!(join(&[run(0.0), other]).unwrap_err().code(), "data");
        let mut twice = run(1.0);
        twice.rows.push(twice.rows[0].clone());
        assert_eq!(join(&[twice]).unwrap_err().code(), "data");
    }
}
