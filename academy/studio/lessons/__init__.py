"""The desk where lessons, activities and guides are written, translated and published."""
