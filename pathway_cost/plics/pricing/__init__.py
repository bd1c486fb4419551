"""Events and cost lines become unit costs by rules, with the proof of which pounds they hold. Comes after reading."""
