"""How each verb of a scenario changes a pathway: one file a family, functions that return a new pathway.

edit        what all verbs share: finding their target, the fault when there is none, the copy
conflicts   two changes to one thing inside one scenario
clashes     two scenarios of a composition that change one thing
parameters  set_, scale_, add_parameter
routes      set_share, add_route, remove_route, set_start
settings    add_, replace_, remove_setting
uses        add_use, remove_use, set_ and scale_quantity, set_unit_cost, set_role
stays       set_stay, scale_stay
beside      prices, patients, footprint: what lies outside the graph
"""
