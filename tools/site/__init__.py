"""What makes the site: pages from notebooks, buttons, links, fonts, paper, a zip."""
