"""What the product is compared with: a crispy form, an insert and a table, as Django's tutorial would write them."""
