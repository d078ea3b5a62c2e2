insert into prospects
  (name, email, phone, budget, city, timeline, status, assigned_to, preferred_channel, purpose, budget_max, budget_currency, timeline_months_max, team_id)
select
  name, email, phone, budget, city, timeline, status, case when is_his then (select id from rep) end, channel, 'buy', budget_max, 'EUR', months,
  (select id from teams where is_default)
from (values
  ('Inês Carvalho',   'ines.carvalho@mail.example',   '+351 912 000 101', 'up to 450k',        'Lisbon',  'within 3 months', 'qualified', true,  'phone',     450000,  3),
  ('Tomás Ferreira',  'tomas.ferreira@mail.example',  '+351 912 000 102', 'around 2 million',  'Cascais', 'this year',       'contacted', true,  'email',    2200000, 12),
  ('Anna Lindqvist',  'anna.lindqvist@mail.example',  '+46 70 000 01 03', '500 to 600k',       'Porto',   '6 months',        'new',       true,  'whatsapp',  600000,  6),
  ('James O''Connor', 'james.oconnor@mail.example',   '+353 85 000 0104', 'under a million',   'Porto',   'no hurry',        'new',       false, 'email',     990000, 24),
  ('Marta Silva',     'marta.silva@mail.example',     '+351 912 000 105', '700k at most',      'Faro',    '3 months',        'new',       false, 'phone',     700000,  3),
  ('Lucas Moreau',    'lucas.moreau@mail.example',    '+33 6 00 00 01 06','about 220 thousand','Porto',   'next month',      'contacted', false, 'sms',       220000,  1)
) as prospect (name, email, phone, budget, city, timeline, status, is_his, channel, budget_max, months)
where not exists (select from prospects)
