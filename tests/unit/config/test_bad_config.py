"""Each mistake in a config has one clear message that names file and line."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from resyn.errors import ConfigError
from resyn.project import Project

CONFIG = "configs/tickets.yaml"


class Bad(NamedTuple):
    """One edit of a config that loads, and what is said about it."""

    old: str
    new: str
    line: int
    message: str
    hint: str = ""


POISSON = "    sampler_type: poisson\n    params: {mean: 3}"
BINOMIAL = "    sampler_type: binomial\n    params: "
SCIPY = "    sampler_type: scipy\n    params: "
MIXTURE = "    sampler_type: bernoulli_mixture\n    params: "
LATER = "    sampler_type: timedelta\n    params: "
IF = POISSON + "\n    conditional_params:\n      "
WEIGHTS = "weights: [2, 1]"
STRUCTURED = "        score: {type: integer, minimum: 1, maximum: 5}"

BAD = {
    # keys and types
    "unknown key": Bad('    prompt: "Judge', '    promt: "Judge', 70, "unknown key 'promt' in column 'verdict' (did you mean 'prompt'?)", "keys that exist here: name, "),
    "unknown key inside": Bad("params: {p: 0.5}", "params: {P: 0.5}", 50, "unknown key 'P' in 'params' of column 'urgent'", "sampler_type, p"),
    "unknown key at the top": Bad("max_redraws", "max_redraw", 79, "unknown key 'max_redraw' (did you mean 'max_redraws'?)"),
    "missing key": Bad('    prompt: "Judge: {{ subject }}"\n', "", 67, "column 'verdict' needs 'prompt'"),
    "missing parameter": Bad("{mean: 0, stddev: 1}", "{mean: 0}", 46, "column 'load' needs 'params.stddev'"),
    "no name": Bad("  - name: id\n    column_type: sampler", "  - column_type: sampler", 11, "column 1 needs 'name'"),
    "number for text": Bad('prompt: "Judge: {{ subject }}"', "prompt: 5", 70, "column 'verdict': 'prompt' must be text, not 5", "quotes"),
    "text for number": Bad("temperature: 0.7", "temperature: warm", 6, "model 'writer': 'inference_parameters.temperature' must be a number, not 'warm'"),
    "true for number": Bad("temperature: 0.7", "temperature: true", 6, "'inference_parameters.temperature' must be a number, not true"),
    "too hot": Bad("temperature: 0.7", "temperature: 2.5", 6, "'inference_parameters.temperature' must be at most 2, not 2.5"),
    "a temperature drawn": Bad("temperature: 0.7", "temperature: {distribution_type: uniform, params: {low: 1, high: 3}}", 6, "'inference_parameters.temperature' must be at most 2, not 3"),
    "a distribution unknown": Bad("temperature: 0.7", "temperature: {distribution_type: normal, params: {low: 1, high: 3}}", 6, "must be uniform or manual, not 'normal'"),
    "a distribution upside down": Bad("temperature: 0.7", "temperature: {params: {low: 1, high: 1}}", 6, "'low' must be less than 'high'"),
    "half a token": Bad("max_tokens: 48", "max_tokens: 48.5", 6, "'inference_parameters.max_tokens' must be a whole number, not 48.5"),
    "kind of model": Bad("{temperature: 0.7", "{generation_type: video, temperature: 0.7", 6, "'inference_parameters.generation_type' must be chat-completion, embedding or image"),
    "empty prompt": Bad('prompt: "Judge: {{ subject }}"', 'prompt: ""', 70, "column 'verdict': 'prompt' must not be empty"),
    "a list for a mapping": Bad("params: {p: 0.5}", "params: [0.5]", 50, "column 'urgent': 'params' must hold keys and values, not a list"),
    "a mapping for a list": Bad("export: {formats: [parquet, csv, parquet]}", "export: {formats: parquet}", 77, "'export.formats' must be a list, not 'parquet'"),
    "unknown format": Bad("[parquet, csv, parquet]", "[parket]", 77, "must be 'parquet', 'jsonl' or 'csv', not 'parket' (did you mean 'parquet'?)"),
    "no format": Bad("[parquet, csv, parquet]", "[]", 77, "'export.formats' needs at least 1 item"),
    "a share above one": Bad("max_missing_share: 0.01", "max_missing_share: 1.01", 78, "'max_missing_share' must be at most 1, not 1.01"),
    # Data Designer's features to come
    "skip without a condition": Bad('    prompt: "Judge', '    skip: {value: x}\n    prompt: "Judge', 70, "column 'verdict' needs 'skip.when'"),
    "no condition": Bad('    prompt: "Judge', '    skip: {when: product >}\n    prompt: "Judge', 70, "column 'verdict': 'skip.when' is no Jinja expression: ", "write one expression"),
    "two expressions": Bad('    prompt: "Judge', '    skip: {when: \'{{ product }} {{ part }}\'}\n    prompt: "Judge', 70, "column 'verdict': 'skip.when' is no Jinja expression: "),
    "skip for every row": Bad('    prompt: "Judge', '    skip: {when: 1 > 0}\n    prompt: "Judge', 70, "column 'verdict': 'skip.when' names no column, so it is the same for every row"),
    "skip by itself": Bad('    prompt: "Judge', '    skip: {when: verdict is none}\n    prompt: "Judge', 70, "column 'verdict': 'skip.when' names 'verdict', which the column makes itself"),
    "skip by nothing": Bad('    prompt: "Judge', '    skip: {when: prodct is none}\n    prompt: "Judge', 70, "column 'verdict': 'skip.when' names 'prodct', and there is no such column (did you mean 'product'?)"),
    "skipped struct with a text": Bad('    prompt: "Judge', '    skip: {when: product is none, value: x}\n    prompt: "Judge', 70, "column 'verdict': 'skip.value' is \"x\", and the column is of type struct<mood"),
    "skip in a circle": Bad("    system_prompt: Y", "    skip: {when: verdict is none}\n    system_prompt: Y", 59, "columns need each other: subject → verdict → subject"),
    "skipped number with a text": Bad('    expr: "', '    dtype: int\n    skip: {when: product is none, value: none}\n    expr: "', 58, "column 'label': 'skip.value' is \"none\", and the column is of type int64"),
    "skipped sampler": Bad(POISSON, POISSON + "\n    skip: {when: product is none}", 55, "column 'visits': 'skip' is not for columns of this type", "let a column that reads it"),
    "trace": Bad('    prompt: "Judge', '    with_trace: some\n    prompt: "Judge', 70, "column 'verdict': 'with_trace' must be 'none', 'last_message' or 'all_messages', not 'some'"),
    "nothing to show": Bad('    prompt: "Judge', '    multi_modal_context: [{column_name: pictur}]\n    prompt: "Judge', 70, "column 'verdict' shows 'pictur', and there is no such column"),
    "bytes of no format": Bad('    prompt: "Judge', '    multi_modal_context: [{column_name: topic, data_type: base64}]\n    prompt: "Judge', 70, "needs 'image_format' where 'data_type' is base64"),
    "tools": Bad('    prompt: "Judge', '    tool_alias: search\n    prompt: "Judge', 70, "column 'verdict': there are no tools 'search' in 'tool_configs'"),
    # types of columns and samplers
    "unknown type": Bad("column_type: llm-text", "column_type: lm-text", 60, "column 'subject': 'column_type' is 'lm-text', which does not exist (did you mean 'llm-text'?)"),
    "no type": Bad("    column_type: expression\n", "", 55, "column 'label' needs 'column_type'"),
    "unknown sampler": Bad("sampler_type: poisson", "sampler_type: poison", 53, "'sampler_type' is 'poison', which does not exist (did you mean 'poisson'?)"),
    "two sampler types": Bad("{mean: 3}", "{mean: 3, sampler_type: uniform}", 54, "'params.sampler_type' is 'uniform', but the column's 'sampler_type' is 'poisson'"),
    # parameters of samplers
    "too few weights": Bad(WEIGHTS, "weights: [1]", 20, "column 'product': 'params.weights' must be one a value: there are 1 weights and 2 values"),
    "negative weight": Bad(WEIGHTS, "weights: [2, -1]", 20, "'params.weights[1]' must not be negative: -1.0"),
    "no weight": Bad(WEIGHTS, "weights: [0, 0]", 20, "'params.weights' must add up to more than 0"),
    "endless weights": Bad(WEIGHTS, "weights: [1.0e+308, 1.0e+308]", 20, "'params.weights' add up to more than a number can hold"),
    "no values": Bad("values: [laptop, phone]", "values: []", 19, "column 'product': 'params.values' needs at least 1 item"),
    "a switch for a value": Bad("values: [laptop, phone]", "values: [laptop, yes]", 19, "'params.values[1]' must be text or a number, not true", "quotes"),
    "null for a value": Bad("values: [laptop, phone]", "values: [laptop, null]", 19, "'params.values[1]' must be text or a number"),
    "no category": Bad("category: product", "category: produkt", 25, "column 'part': 'category' names 'produkt', which does not exist (did you mean 'product'?)"),
    "parent no category": Bad("category: product", "category: minutes", 25, "column 'part': 'category' names 'minutes', which is not a category sampler"),
    "no values for": Bad("        phone: [screen]\n", "", 26, "column 'part': no values for 'phone' of column 'product'"),
    "values for nothing": Bad("        phone: [screen]\n", "        phone: [screen]\n        phones: [screen]\n", 29, "column 'part': 'phones' is no value of column 'product' (did you mean 'phone'?)"),
    "low above high": Bad("low: 1, high: 90", "low: 91, high: 90", 42, "column 'minutes': 'params.high' must not be less than 'low': 90 < 91"),
    "low far from high": Bad("low: 1, high: 90", "low: -1.0e+308, high: 1.0e+308", 42, "column 'minutes': 'params.high' is too far from 'low'"),
    "a list for a type": Bad("sampler_type: poisson", "sampler_type: [poisson]", 53, "'sampler_type' is '['poisson']', which does not exist"),
    "its own input": Bad("{{ product }}/{{ part }}", "{{ label }}", 55, "columns need each other: label → label"),
    "places": Bad("decimal_places: 1", "decimal_places: -1", 42, "'params.decimal_places' must be at least 0, not -1"),
    "stddev": Bad("stddev: 1", "stddev: -1", 46, "column 'load': 'params.stddev' must be at least 0, not -1"),
    "p": Bad("p: 0.5", "p: 1.5", 50, "column 'urgent': 'params.p' must be at most 1, not 1.5"),
    "poisson mean": Bad("{mean: 3}", "{mean: -3}", 54, "column 'visits': 'params.mean' must be at least 0, not -3"),
    "huge poisson mean": Bad("{mean: 3}", "{mean: 1000000}", 54, "column 'visits': 'params.mean' must be at most 100,000, not 1000000"),
    "end before start": Bad("end: 2026-02-01", "end: 2025-02-01", 32, "column 'opened': 'params.end' must be later than 'start': 2025-02-01T00:00:00 is not after"),
    "no such day": Bad("end: 2026-02-01", "end: 2026-02-31", 32, "column 'opened': 'params.end' must be a date such as 2026-01-31 or"),
    "time zone": Bad("end: 2026-02-01", "end: 2026-02-01T00:00:00Z", 32, "'params.end' must not have a time zone"),
    "unit": Bad("unit: h", "unit: week", 32, "'params.unit' must be 'Y', 'M', 'D', 'h', 'm' or 's', not 'week'"),
    "no date format": Bad('convert_to: "%Y-%m-%d"', "convert_to: int", 33, "column 'opened': 'convert_to' must be a format such as %Y-%m-%d, not 'int'"),
    "a format of one machine": Bad('convert_to: "%Y-%m-%d"', 'convert_to: "%Q"', 33, "column 'opened': 'convert_to' has %Q, which is not written alike everywhere"),
    "conversion": Bad(POISSON, POISSON + "\n    convert_to: bool", 55, "column 'visits': 'convert_to' must be int, float or str, not 'bool'"),
    "conversion of text": Bad(WEIGHTS, WEIGHTS + "\n    convert_to: int", 21, "column 'product': 'convert_to' is 'int', but the value 'laptop' is no number"),
    "locale": Bad("locale: en_US", "locale: en_UD", 37, "column 'customer': 'params.locale' is 'en_UD', which Faker does not have (did you mean 'en_"),
    "sex": Bad("sex: null", "sex: male", 37, "'params.sex' must be 'Male' or 'Female', not 'male' (did you mean 'Male'?)"),
    "ages": Bad("age_range: [18, 70]", "age_range: [70, 18]", 37, "'params.age_range' must begin with the youngest age: 70 > 18"),
    "one age": Bad("age_range: [18, 70]", "age_range: [18]", 37, "'params.age_range' needs at least 2 items"),
    "negative age": Bad("age_range: [18, 70]", "age_range: [-1, 70]", 37, "'params.age_range[0]' must be at least 0, not -1"),
    "more than certain": Bad(POISSON, BINOMIAL + "{n: 9, p: 1.1}", 54, "column 'visits': 'params.p' must be at most 1, not 1.1"),
    "fewer than no trials": Bad(POISSON, BINOMIAL + "{n: -1, p: 0.1}", 54, "column 'visits': 'params.n' must be at least 0, not -1"),
    "half a trial": Bad(POISSON, BINOMIAL + "{n: 1.5, p: 0.1}", 54, "column 'visits': 'params.n' must be a whole number, not 1.5"),
    "too many trials": Bad(POISSON, BINOMIAL + "{n: 1000000, p: 0.5}", 54, "'params.p' and 'n' are too large: the rarer outcome would come 500,000 times, more than 100,000"),
    # distributions of SciPy
    "no distribution": Bad(POISSON, SCIPY + "{dist_params: {}}", 54, "column 'visits' needs 'params.dist_name'"),
    "unknown distribution": Bad(POISSON, SCIPY + "{dist_name: gama}", 54, "column 'visits': 'params.dist_name' is 'gama', which is no distribution of scipy.stats (did you mean 'gamma'?)"),
    "no ppf": Bad(POISSON, SCIPY + "{dist_name: dirichlet}", 54, "'params.dist_name' is 'dirichlet', which cannot be drawn from: it has no ppf"),
    "endless": Bad(POISSON, MIXTURE + "{p: 0.5, dist_name: studentized_range}", 54, "is 'studentized_range', which cannot be drawn from: its ppf takes seconds for a row"),
    "a list for a number": Bad(POISSON, SCIPY + "{dist_name: gamma, dist_params: {a: [1, 2]}}", 54, "'params.dist_params.a' must be a number, not a list"),
    "no shape": Bad(POISSON, SCIPY + "{dist_name: gamma}", 54, "column 'visits': 'params' need 'a' for gamma", "gamma takes a, loc, scale"),
    "another's shape": Bad(POISSON, SCIPY + "{dist_name: norm, dist_params: {lok: 1}}", 54, "'params.dist_params.lok' has no meaning for norm (did you mean 'loc'?)", "norm takes loc, scale"),
    "no scale for counts": Bad(POISSON, SCIPY + "{dist_name: geom, dist_params: {p: 0.5, scale: 2}}", 54, "'params.dist_params.scale' has no meaning for geom", "geom takes p, loc"),
    "outside": Bad(POISSON, MIXTURE + "{p: 0.5, dist_name: gamma, dist_params: {a: -1}}", 54, "'params.dist_params' are outside of what gamma is defined for"),
    "heavy tail": Bad(POISSON, SCIPY + "{dist_name: zipf, dist_params: {a: 1.5}}", 54, "'params.dist_params' let zipf have more than 1,048,576 values"),
    "mixed too often": Bad(POISSON, MIXTURE + "{p: 1.5, dist_name: norm}", 54, "'params.p' must be at most 1, not 1.5"),
    "places of a distribution": Bad(POISSON, SCIPY + "{dist_name: norm, decimal_places: 16}", 54, "'params.decimal_places' must be at most 15, not 16"),
    # time differences
    "no time": Bad(POISSON, LATER + "{dt_min: 2, dt_max: 2, reference_column_name: opened}", 54, "column 'visits': 'params.dt_max' must be more than 'dt_min': 2 is not more than 2"),
    "backwards": Bad(POISSON, LATER + "{dt_min: -1, dt_max: 2, reference_column_name: opened}", 54, "'params.dt_min' must be at least 0, not -1"),
    "a month is no time": Bad(POISSON, LATER + "{dt_min: 0, dt_max: 2, reference_column_name: opened, unit: M}", 54, "'params.unit' must be 'D', 'h', 'm' or 's', not 'M'"),
    "later than nothing": Bad(POISSON, LATER + "{dt_min: 0, dt_max: 2, reference_column_name: opend}", 54, "column 'visits': 'reference_column_name' names 'opend', which does not exist (did you mean 'opened'?)"),
    "later than a number": Bad(POISSON, LATER + "{dt_min: 0, dt_max: 2, reference_column_name: minutes}", 54, "names 'minutes', which is not a datetime or timedelta sampler"),
    "hours that are not told": Bad(POISSON, LATER + "{dt_min: 0, dt_max: 2, reference_column_name: opened}", 54, "column 'visits': 'reference_column_name' names 'opened', whose 'convert_to' does not tell %H at a fixed place", "let '%Y-%m-%d' begin with %Y %m %d %H, or take it out"),
    "later than itself": Bad(POISSON, LATER + "{dt_min: 0, dt_max: 2, reference_column_name: visits}", 51, "columns need each other: visits → visits"),
    "beyond time": Bad('convert_to: "%Y-%m-%d"', 'convert_to: "%FT%T"\n  - {name: late, column_type: sampler, sampler_type: timedelta, params: {dt_min: 0, dt_max: 3000000, reference_column_name: opened}}', 34, "column 'late': 'dt_max' leads beyond the year 9999"),
    "a time as a number": Bad('convert_to: "%Y-%m-%d"', 'convert_to: "%FT%T"\n  - {name: late, column_type: sampler, sampler_type: timedelta, params: {dt_min: 0, dt_max: 3, reference_column_name: opened}, convert_to: int}', 34, "column 'late': 'convert_to' must be a format such as %Y-%m-%d, not 'int'"),
    # conditional parameters
    "a list of conditions": Bad(POISSON, POISSON + "\n    conditional_params: [1]", 55, "column 'visits': 'conditional_params' must hold keys and values, not a list"),
    "wrong under a condition": Bad(POISSON, IF + "load > 0: {mean: -4}", 56, "column 'visits': 'conditional_params.load > 0.mean' must be at least 0, not -4"),
    "missing under a condition": Bad(POISSON, IF + "load > 0: {}", 56, "column 'visits' needs 'conditional_params.load > 0.mean'"),
    "another sampler": Bad(POISSON, IF + "load > 0: {sampler_type: uniform}", 56, "'conditional_params.load > 0.sampler_type' is 'uniform', but the column's 'sampler_type' is 'poisson'"),
    "no expression": Bad(POISSON, IF + "load >: {mean: 4}", 56, "column 'visits': the condition 'load >' is no Jinja expression: ", "without {{ }}"),
    "braces": Bad(POISSON, IF + "'{{ load > 0 }}': {mean: 4}", 56, "the condition '{{ load > 0 }}' is no Jinja expression: ", "without {{ }}"),
    "end of braces": Bad(POISSON, IF + "'load > 0 }} {{ load': {mean: 4}", 56, "is no Jinja expression: "),
    "no such filter in a condition": Bad(POISSON, IF + "load | shout: {mean: 4}", 56, "the condition 'load | shout' is no Jinja expression: No filter named 'shout'"),
    "a condition by chance": Bad(POISSON, IF + "([load] | random) > 0: {mean: 4}", 56, "is no Jinja expression: `random` is for the texts of columns"),
    "a condition on nothing": Bad(POISSON, IF + "lod > 0: {mean: 4}", 56, "the condition 'lod > 0' names 'lod', and there is no such column (did you mean 'load'?)"),
    "a condition on an answer": Bad(POISSON, IF + "subject == 'x': {mean: 4}", 56, "the condition 'subject == 'x'' names 'subject', which is not a sampler"),
    "a condition on itself": Bad(POISSON, IF + "visits > 0: {mean: 4}", 56, "the condition 'visits > 0' names 'visits', which is the column itself"),
    "always": Bad(POISSON, IF + "1 > 0: {mean: 4}", 56, "the condition '1 > 0' names no column, so it is the same for every row"),
    "conditions in a circle": Bad(POISSON, LATER + "{dt_min: 0, dt_max: 2, reference_column_name: seen}\n  - {name: seen, column_type: sampler, sampler_type: datetime, params: {start: 2026-01-01, end: 2026-02-01}, conditional_params: {\"visits != ''\": {start: 2026-01-01, end: 2026-03-01}}}", 51, "columns need each other: visits → seen → visits"),
    "two types": Bad(WEIGHTS, WEIGHTS + "\n    conditional_params: {load > 0: {values: [1, 2]}}", 21, "column 'product': the condition 'load > 0' gives int and 'params' give str", "add 'convert_to'"),
    "a part of what may come": Bad(WEIGHTS, WEIGHTS + "\n    conditional_params: {load > 0: {values: [tablet]}}", 27, "column 'part': no values for 'tablet' of column 'product'"),
    "conversion under a condition": Bad(POISSON, "    sampler_type: category\n    params: {values: ['1']}\n    conditional_params: {load > 0: {values: [many]}}\n    convert_to: int", 56, "column 'visits': 'convert_to' is 'int', but the value 'many' is no number"),
    # seeds
    "seeds elsewhere": Bad("max_redraws: 2", "seed_config: {source: {seed_type: local, path: /data/x.csv}}", 79, "'seed_config.source.path' is /data/x.csv: seed data must be in seeds/, or DVC would not see it change", "copy it into seeds/"),
    "seeds above": Bad("max_redraws: 2", "seed_config: {source: {seed_type: local, path: seeds/../x.csv}}", 79, "'seed_config.source.path' is seeds/../x.csv: seed data must be in seeds/"),
    "seeds in no format": Bad("max_redraws: 2", "seed_config: {source: {path: seeds/x.xlsx}}", 79, "'seed_config.source.path' is seeds/x.xlsx: seed files end with .parquet, .csv, .json, .jsonl"),
    "seeds that vanished": Bad("max_redraws: 2", "seed_config: {source: {path: seeds/x.csv}}", 79, "'seed_config.source.path' is seeds/x.csv, which does not exist"),
    "seeds that match nothing": Bad("max_redraws: 2", "seed_config: {source: {path: seeds/*.csv}}", 79, "'seed_config.source.path' is seeds/*.csv, which names no file"),
    "seeds on a hub": Bad("max_redraws: 2", "seed_config: {source: {seed_type: hf, path: datasets/x/y.parquet}}", 79, "'seed_config.source.seed_type' is 'hf', which is outside of the project", "dvc import-url"),
    "seeds in memory": Bad("max_redraws: 2", "seed_config: {source: {seed_type: df}}", 79, "'seed_config.source.seed_type' is 'df', which is outside of the project", "from_dataframe"),
    "seeds of a kind that is none": Bad("max_redraws: 2", "seed_config: {source: {seed_type: lokal, path: seeds/x.csv}}", 79, "'seed_config.source.seed_type' is 'lokal', which does not exist (did you mean 'local'?)", "types that exist"),
    "seeds without a source": Bad("max_redraws: 2", "seed_config: {sampling_strategy: shuffle}", 79, "'seed_config.source' is missing"),
    "seeds in a wrong order": Bad("max_redraws: 2", "seed_config: {source: {path: seeds/x.csv}, sampling_strategy: random}", 79, "'seed_config.sampling_strategy' must be 'ordered' or 'shuffle', not 'random'"),
    "a range that ends before": Bad("max_redraws: 2", "seed_config: {source: {path: seeds/x.csv}, selection_strategy: {start: 5, end: 3}}", 79, "'seed_config.selection_strategy' ends with 3, before it starts with 5"),
    "a part that is none": Bad("max_redraws: 2", "seed_config: {source: {path: seeds/x.csv}, selection_strategy: {index: 2, num_partitions: 2}}", 79, "'seed_config.selection_strategy' is part 2 of 2, counted from 0"),
    "a range without an end": Bad("max_redraws: 2", "seed_config: {source: {path: seeds/x.csv}, selection_strategy: {start: 5}}", 79, "'seed_config.selection_strategy.end' is missing"),
    "a pattern that is a path": Bad("max_redraws: 2", "seed_config: {source: {seed_type: directory, path: seeds, file_pattern: a/*}}", 79, "'seed_config.source.file_pattern' is for names of files, not for paths"),
    "no encoding": Bad("max_redraws: 2", "seed_config: {source: {seed_type: file_contents, path: seeds, encoding: utf-9}}", 79, "'seed_config.source.encoding' is 'utf-9', which is no encoding"),
    "a seed column without seeds": Bad("  - name: verdict", "  - {name: region, column_type: seed-dataset}\n  - name: verdict", 67, "column 'region' takes values of a seed dataset, and there is no 'seed_config'"),
    # constraints
    "no such constraint": Bad("max_redraws: 2", "constraints:\n  - {constraint_type: scalar_inequalty, target_column: load, operator: lt, rhs: 1}", 80, "'constraints[0].constraint_type' is 'scalar_inequalty', which does not exist (did you mean 'scalar_inequality'?)", "types that exist: column_equality, "),
    "constraint without a side": Bad("max_redraws: 2", "constraints:\n  - {target_column: load, operator: lt}", 80, "'constraints[0].rhs' is missing"),
    "constraint with a wrong sign": Bad("max_redraws: 2", "constraints:\n  - {target_column: load, operator: <, rhs: 1}", 80, "'constraints[0].operator' must be 'lt', 'le', 'gt' or 'ge', not '<'"),
    "constraint on nothing": Bad("max_redraws: 2", "constraints:\n  - {target_column: lod, operator: lt, rhs: 1}", 80, "a constraint names 'lod', and there is no such column (did you mean 'load'?)"),
    "constraint with nothing": Bad("max_redraws: 2", "constraints:\n  - {target_column: load, operator: lt, rhs: lod}", 80, "a constraint names 'lod', and there is no such column (did you mean 'load'?)"),
    "constraint on a text": Bad("max_redraws: 2", "constraints:\n  - {target_column: product, operator: lt, rhs: 1}", 80, "a constraint compares what cannot be compared: 'product' is string"),
    "constraint between kinds": Bad("max_redraws: 2", "constraints:\n  - {target_column: load, operator: lt, rhs: product}", 80, "a constraint compares what cannot be compared: 'load' is double, 'product' is string"),
    "constraint on an answer": Bad("max_redraws: 2", "constraints:\n  - {constraint_type: expression, expr: subject != ''}", 80, "a constraint reads column 'subject', which a model answers", "accept"),
    "constraint that is no expression": Bad("max_redraws: 2", "constraints:\n  - {constraint_type: expression, expr: load >}", 80, "'constraints[0].expr' is no Jinja expression: ", "write one expression"),
    "constraint on no column": Bad("max_redraws: 2", "constraints:\n  - {constraint_type: expression, expr: 1 > 0}", 80, "'constraints[0].expr' names no column"),
    "a sum of one": Bad("max_redraws: 2", "constraints:\n  - {constraint_type: sum, target_columns: [load], operator: le, rhs: 1}", 80, "'constraints[0].target_columns' needs at least 2 items"),
    "members of another kind": Bad("max_redraws: 2", "constraints:\n  - {constraint_type: membership, target_column: visits, operator: in, rhs: [many]}", 80, "a constraint compares what cannot be compared: 'visits' is int64", '"many" is no int64'),
    # JSON Schemas
    "no schema": Bad("type: integer", "type: integr", 75, "column 'verdict': 'output_format.properties.score.type' is not a JSON Schema that can be used: \"integr\" is not valid"),
    "no object": Bad("      type: object\n", "      enum: [a]\n", 71, "column 'verdict': 'output_format' must describe an object"),
    "no column": Bad(STRUCTURED, "        score: {}", 71, "column 'verdict': 'output_format' cannot become a column: /score: needs one `type`"),
    "schema elsewhere": Bad(STRUCTURED, "        score: {$ref: 'http://127.0.0.1:9/x.json'}", 71, "Resource 'http://127.0.0.1:9/x.json' is not present in a registry"),
    # between columns
    "two of one name": Bad("name: minutes", "name: part", 39, "two columns are called 'part' (the first one is on line 21)"),
    "name with a space": Bad("name: minutes", "name: the minutes", 39, "column 'the minutes': a template cannot name it"),
    "name of Jinja's": Bad("name: minutes", "name: dict", 39, "column 'dict': a template cannot name it"),
    "keyword": Bad("name: minutes", "name: in", 39, "column 'in': a template cannot name it"),
    "our own name": Bad("name: minutes", "name: __row", 39, "column '__row': names that begin with __ are resyn's own"),
    "shared random numbers": Bad("rng_name: label", "rng_name: minutes", 58, "columns 'minutes' and 'label' would draw the same random numbers, under 'minutes'"),
    "no such column": Bad("about the {{ part }}", "about the {{ prat }}", 66, "column 'subject': 'prompt' names 'prat', and there is no such column (did you mean 'part'?)"),
    "no such column, one line": Bad("{{ product }}/{{ part }}", "{{ product }}/{{ prat }}", 57, "column 'label': 'expr' names 'prat', and there is no such column"),
    "no Jinja": Bad("about the {{ part }}", "about the {{ part }", 66, "column 'subject': 'prompt' is not a Jinja text: unexpected '}'"),
    "no such filter": Bad("{{ product }}/{{ part }}", "{{ product | shout }}", 57, "column 'label': 'expr' is not a Jinja text: No filter named 'shout'"),
    "no such alias": Bad('    model_alias: writer\n    prompt: "J', '    model_alias: writr\n    prompt: "J', 69, "column 'verdict': there is no model 'writr' in 'model_configs' (did you mean 'writer'?)"),
    "two of one alias": Bad("alias: spare", "alias: writer", 7, "two models have the alias 'writer' (the first one is on line 3)"),
    "no such provider": Bad("provider: embedded", "provider: embeded", 5, "model 'writer': there is no provider 'embeded' in providers.yaml (did you mean 'embedded'?)"),
    "no chat model": Bad("{temperature: 0.7, top_p: 0.9, max_tokens: 48, extra_body: {top_k: 5, min_p: 0.1}}", "{generation_type: embedding}", 61, "column 'subject' needs a model for chat-completion; 'writer' is for embedding"),
    # the YAML itself
    "tab": Bad("    rng_name: label", "\trng_name: label", 58, "not YAML: a tab"),
    "open quote": Bad('prompt: "Judge: {{ subject }}"', 'prompt: "Judge: {{ subject }}', 70, "not YAML: a quote that is never closed"),
    "two colons": Bad('expr: "{{ product }}/{{ part }}"', "expr: a: b", 57, "not YAML: a ':' that YAML cannot read"),
    "same key twice": Bad("max_redraws: 2", "name: again", 79, "key 'name' is given twice, here and on line 1"),
    "not a number": Bad("mean: 0,", "mean: .nan,", 46, ".nan is not a number that can be used"),
    "endless number": Bad("mean: 0,", "mean: -.inf,", 46, "-.inf is not a number that can be used"),
    "number beyond JSON": Bad("top_k: 5", "top_k: 9007199254740992", 6, "9007199254740992 is too large: whole numbers reach ±9,007,199,254,740,991"),
    "lone surrogate": Bad("You write subjects.", '"\\ud800"', 62, "half of a character"),
    "surrogate in a key": Bad("top_k: 5", '"\\ud800": 5', 6, "half of a character"),
    "a switch for a key": Bad("        phone: [screen]", "        yes: [screen]", 28, "a key that is no text: put it in quotes"),
    "tag": Bad("mean: 0,", "mean: !!python/name:os.system 0,", 46, "the tag !!python/name:os.system is no part of a config"),
    "wrong tag": Bad("mean: 0,", "mean: !!int x,", 46, "the tag !!int is no part of a config"),
    "alias in itself": Bad("extra_body: {top_k: 5, min_p: 0.1}", "extra_body: &x {top_k: *x}", 6, "an alias that contains itself"),
    "no anchor": Bad("mean: 0,", "mean: *nothing,", 46, "not YAML: found undefined alias 'nothing'"),
    "conflict": Bad("max_redraws: 2", "<<<<<<< HEAD\nmax_redraws: 2\n=======\nmax_redraws: 4\n>>>>>>> other", 79, "a merge conflict that is not settled", "keep one side"),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_mistake_has_one_clear_message(bad: Bad, edit: Callable[[str, str, str], None], refused: Callable[[], ConfigError]) -> None:
    """The message names file, line, column and key, and shows what was written."""
    edit(CONFIG, bad.old, bad.new)
    error = refused()
    assert bad.message in error.message
    assert error.message.startswith(f"{CONFIG}:{bad.line}: "), error.message
    assert bad.hint in error.hint
    assert "pydantic" not in str(error).lower()


def test_a_cycle_names_its_columns_in_order(edit: Callable[[str, str, str], None], refused: Callable[[], ConfigError]) -> None:
    """The message walks along the cycle and ends where it began."""
    edit(CONFIG, "Write about the {{ part }}.", "Write about {{ verdict.mood }}.")
    assert refused().message == f"{CONFIG}:59: columns need each other: subject → verdict → subject"


WHOLE = {
    "empty": ("", 1, "'columns' is missing"),
    "a list": ("- a\n- b\n", 1, "keys and values are expected here"),
    "no columns": ("columns: []\n", 1, "'columns' needs at least 1 item"),
    "all dropped": ("columns:\n  - {name: id, column_type: sampler, sampler_type: uuid, drop: true}\n", 1, "every column has 'drop: true'"),
    "two documents": ("columns: []\n---\ncolumns: []\n", 2, "a second document"),
    "control character": ("columns: []\nname: \x01\n", 2, "a control character"),
    "not UTF-8": ("columns: []\nname: \udcff\n", 2, "not a UTF-8 text"),
    "wrong level": ("data_designer: {columns: []}\nmodel_configs: []\n", 2, "'model_configs' belongs inside 'data_designer'"),
    "unknown beside": ("data_designer: {columns: []}\nnaem: x\n", 2, "unknown key 'naem' beside 'data_designer'"),
    "in both places": ("data_designer:\n  name: x\nname: x\n", 3, "key 'name' is given twice, here and on line 2"),
    "two wrappers": ("data_designer: {}\ndata_designer: {}\n", 2, "key 'data_designer' is given twice, here and on line 1"),
    "a list for a key": ("data_designer: {}\n? [a]\n: b\n", 2, "a key that is no text"),
    "no wrapper": ("data_designer: []\n", 1, "'data_designer' must hold keys and values"),
    "deep": ("a: " + "[" * 3000, None, "nested too deeply"),
    "a column that is none": ("columns: [x]\n", 1, "column 1 must hold keys and values, not 'x'"),
}


@pytest.mark.parametrize(("text", "line", "message"), WHOLE.values(), ids=WHOLE)
def test_a_file_that_is_no_config_has_one_clear_message(
    text: str, line: int | None, message: str, write: Callable[[str, str], None], refused: Callable[[], ConfigError]
) -> None:
    """Whatever stands in the file, it is named with its line."""
    write(CONFIG, text)
    error = refused()
    assert message in error.message
    assert error.message.startswith(f"{CONFIG}:{line}: " if line else f"{CONFIG}: "), error.message


def test_a_model_needs_a_providers_file(project: Project, refused: Callable[[], ConfigError]) -> None:
    """The config's line is named and the file is shown."""
    project.providers.unlink()
    error = refused()
    assert error.message == f"{CONFIG}:5: model 'writer' is at provider 'embedded', and there is no providers.yaml"
    assert "providers:" in error.hint
