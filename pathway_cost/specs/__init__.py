"""What happens: pathways, scenarios, studies and unit cost rules as frozen, checked models.

Its wings, each resting on those before it:

format   the files people write, as models, and what can be said of one value by itself
reading  YAML into the models, every fault at its line; their JSON Schema; the library that ships
changes  a pathway with the changes of a scenario: one file a family of verbs
checks   what the files mean, alone and together: one rule a function, named after its fault

Read the models of `format` first: values, pathway, scenario, study, rules.
"""
