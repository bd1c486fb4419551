"""What happens: pathways, scenarios, studies and unit cost rules as frozen, checked models.

Read the models first: values, pathway, scenario, study, rules (base holds what they share).

load        files in, with every fault at its line (document, shape, model_fields)
formula     arithmetic over names
revise      a pathway with the changes of a scenario (changes/ holds the verbs)
checks_*    what the files mean: one rule a function, named after the fault
assumptions every number with its evidence (uncertainty: how sure we are)
library     the pathways that come with the package
schema      JSON Schema of each kind of file
"""
