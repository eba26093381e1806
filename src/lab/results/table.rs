//! Results as an aligned Markdown table: for the screen and for a page alike.

use super::Results;

impl Results {
    /// Title, command lines, table and notes, in Markdown with aligned columns.
    pub fn to_markdown(&self) -> String {
        let headings: Vec<String> = self.columns.iter().map(|c| c.heading()).collect();
        let body = self.rows.iter().map(|row| {
            row.iter().zip(&self.columns).map(|(cell, c)| cell.format(c.decimals)).collect()
        });
        let lines: Vec<Vec<String>> = std::iter::once(headings).chain(body).collect();
        let numeric =
            |column: usize| self.rows.iter().any(|row| row[column].statistics().0.is_some());
        let width = |column: usize| {
            lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0).max(3)
        };
        let layout: Vec<(usize, bool)> =
            (0..self.columns.len()).map(|c| (width(c), numeric(c))).collect();

        let mut text = format!("\n## {}\n\n", self.title);
        self.commands.iter().for_each(|command| text += &format!("    {command}\n"));
        text.push('\n');
        for (i, line) in lines.iter().enumerate() {
            let cells = line.iter().zip(&layout).map(|(cell, (width, numeric))| match numeric {
                true => format!(" {cell:>width$} |"),
                false => format!(" {cell:<width$} |"),
            });
            text += &format!("|{}\n", cells.collect::<String>());
            if i == 0 {
                let rules = layout.iter().map(|(width, numeric)| {
                    let (dashes, end) = ("-".repeat(*width + 1), if *numeric { ':' } else { '-' });
                    format!("{dashes}{end}|")
                });
                text += &format!("|{}\n", rules.collect::<String>());
            }
        }
        for note in &self.notes {
            text += &format!("\n{note}\n");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;

    #[test]
    fn columns_are_aligned_and_carry_units() {
        let text = sample(0.0).to_markdown();
        let table: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
        assert_eq!(
            table,
            [
                "| variant  |    r | PSNR (dB) |",
                "|----------|-----:|----------:|",
                "| fixed    | 0.00 |     24.00 |",
                "| variable | 0.50 |     25.00 |",
            ]
        );
        assert!(text.contains("## A test") && text.contains("two images"));
    }
}
