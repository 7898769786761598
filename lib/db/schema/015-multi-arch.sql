-- A wait for `foo:any` ends by what the farm has built itself as by what an index lists.

ALTER TABLE binarypackagerelease ADD COLUMN multiarch text;
COMMENT ON COLUMN binarypackagerelease.multiarch IS
    'Its Multi-Arch field, "no" without one; null: not known, made before it was noted.';
