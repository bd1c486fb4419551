"""What a notebook shows of a result: a card, and the page's drawings. Comes after page and files."""
