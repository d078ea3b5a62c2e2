-- Place, type and bedrooms together: the homes that meet all three are few, and mostly enough.
create index home_matches_shape_idx on doorstep.home_matches (place_id, type, bedrooms);
drop index doorstep.home_matches_place_idx;
