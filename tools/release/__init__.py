"""What only a maintainer runs: long rehearsals, other versions, reports."""
