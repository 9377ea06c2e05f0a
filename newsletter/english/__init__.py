"""What is known of the English language: sentences, stems, speech, quantities, hedges. Pure."""
