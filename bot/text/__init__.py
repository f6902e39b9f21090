"""What customers write, read into values: days, visits, phones, addresses, money, names.

Pure: the present moment is passed in, tables are read when first needed, and every value comes
with its place in the text exactly as the customer typed it.
"""
