"""What is said of goods, places and parties beside events: descriptions, reports, recalls, codes, ownership."""
