"""Speakers' room: who presents and moderates, what they tell us, their files and who may see them."""
