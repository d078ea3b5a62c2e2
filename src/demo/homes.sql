insert into properties
  (name, city, price_range, bedrooms, type, description, features, list_price_low, list_price_high, currency, bathrooms_total, living_area, living_area_units)
select
  name, city, price_range, bedrooms, type, description, string_to_array(features, ', '), low, high, 'EUR', baths, area, 'sqm'
from (values
  ('Harbour Penthouse',      'Lisbon',    '€1.2M – €1.35M', 3, 'penthouse', 'The top floor above the river, with a terrace on three sides.',         'terrace, river view, lift, garage',      1200000, 1350000, 3, 182),
  ('Alfama Apartment',       'Lisbon',    '€390K – €420K',  2, 'apartment', 'Two quiet rooms in an old house, all renewed, five minutes from the tram.', 'balcony, lift, renovated',             390000,  420000, 1,  84),
  ('Villa das Dunas',        'Cascais',   '€2.1M – €2.3M',  5, 'villa',     'A white house behind the dunes with a pool and old pines.',              'pool, garden, sea view, garage',         2100000, 2300000, 5, 340),
  ('Quinta Townhouse',       'Cascais',   '€780K – €820K',  4, 'townhouse', 'The end of a row, with a garden to the south and a room under the roof.', 'garden, fireplace, parking',             780000,  820000, 3, 176),
  ('Ribeira Studio',         'Porto',     '€210K – €225K',  0, 'apartment', 'One bright room by the river, let so far, free from spring.',            'river view, furnished',                  210000,  225000, 1,  38),
  ('Foz Garden Apartment',   'Porto',     '€520K – €560K',  3, 'apartment', 'Ground floor with a garden of its own, three streets from the sea.',     'garden, parking, storage room',          520000,  560000, 2, 121),
  ('Boavista Penthouse',     'Porto',     '€940K – €990K',  4, 'penthouse', 'Two floors at the top of a new house, with a view over the whole city.',  'terrace, lift, solar panels, garage',    940000,  990000, 3, 198),
  ('Casa do Limoeiro',       'Faro',      '€650K – €690K',  4, 'villa',     'A low house around a courtyard with a lemon tree.',                      'courtyard, pool, solar panels',          650000,  690000, 3, 204)
) as home (name, city, price_range, bedrooms, type, description, features, low, high, baths, area)
where not exists (select from properties)
