"""One file per kind of constraint, holding classes that extend `Constraint`; `constraint_type` names them."""
