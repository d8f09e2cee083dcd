"""Scripts written for Data Designer, ported by their import: checked by mypy, and run by tests."""

from __future__ import annotations

from enum import Enum
from typing import Literal

from pydantic import BaseModel, Field

import resyn.config as dd


class Mood(str, Enum):  # noqa: UP042 - as scripts have it
    """How a buyer feels."""

    good = "good"
    bad = "bad"


class Item(BaseModel):
    """What is bought."""

    sku: str
    qty: int = Field(ge=1, le=9)


class Order(BaseModel):
    """An order."""

    title: str = Field(description="short")
    mood: Mood
    items: list[Item]
    kind: Literal["x", "y"]


def orders() -> dd.DataDesignerConfigBuilder:
    """Samplers, constraints, processors."""
    config_builder = dd.DataDesignerConfigBuilder()
    config_builder.add_column(
        dd.SamplerColumnConfig(
            name="customer_id",
            sampler_type=dd.SamplerType.UUID,
            params=dd.UUIDSamplerParams(prefix="CUST-", short_form=True, uppercase=True),
        )
    )
    config_builder.add_column(
        dd.SamplerColumnConfig(
            name="customer",
            sampler_type=dd.SamplerType.PERSON_FROM_FAKER,
            params=dd.PersonFromFakerSamplerParams(locale="en_US", age_range=[18, 70], sex="Female"),
        )
    )
    config_builder.add_column(
        dd.SamplerColumnConfig(
            name="product_category",
            sampler_type=dd.SamplerType.CATEGORY,
            params=dd.CategorySamplerParams(values=["Electronics", "Clothing", "Home"], weights=[2, 1, 1]),
        )
    )
    config_builder.add_column(
        dd.SamplerColumnConfig(
            name="product_subcategory",
            sampler_type=dd.SamplerType.SUBCATEGORY,
            params=dd.SubcategorySamplerParams(
                category="product_category",
                values={"Electronics": ["Phones", "Laptops"], "Clothing": ["Shirts", "Shoes"], "Home": ["Lamps"]},
            ),
        )
    )
    config_builder.add_column(
        dd.SamplerColumnConfig(
            name="price", sampler_type=dd.SamplerType.UNIFORM, params=dd.UniformSamplerParams(low=5, high=500, decimal_places=2)
        )
    )
    config_builder.add_column(
        dd.SamplerColumnConfig(
            name="discount",
            sampler_type=dd.SamplerType.GAUSSIAN,
            params=dd.GaussianSamplerParams(mean=20, stddev=30, decimal_places=1),
            conditional_params={"product_category == 'Home'": dd.GaussianSamplerParams(mean=1, stddev=0.5)},
        )
    )
    config_builder.add_column(
        dd.SamplerColumnConfig(
            name="ordered",
            sampler_type="datetime",
            params=dd.DatetimeSamplerParams(start="2024-01-01", end="2025-01-01", unit="h"),
        )
    )
    config_builder.add_column(
        dd.SamplerColumnConfig(
            name="delivered",
            sampler_type=dd.SamplerType.TIMEDELTA,
            params=dd.TimeDeltaSamplerParams(dt_min=1, dt_max=14, reference_column_name="ordered", unit="D"),
            convert_to="%Y-%m-%d",
        )
    )
    config_builder.add_column(
        name="stars",
        column_type="sampler",
        sampler_type="category",
        params=dd.CategorySamplerParams(values=[1, 2, 3, 4, 5]),
        convert_to="str",
    )
    config_builder.add_column(dd.ExpressionColumnConfig(name="final_price", expr="{{ (price - discount) | round(2) }}", dtype="float"))
    config_builder.add_column(
        dd.ExpressionColumnConfig(
            name="greeting", expr="Dear {{ customer.first_name }} {{ customer.last_name }}, {{ stars }} stars", drop=True
        )
    )
    config_builder.add_constraint(dd.ScalarInequalityConstraint(target_column="discount", rhs=0, operator=dd.InequalityOperator.GE))
    config_builder.add_constraint(dd.ColumnInequalityConstraint(target_column="discount", rhs="price", operator=dd.InequalityOperator.LT))
    config_builder.add_constraint(constraint_type="scalar_inequality", target_column="price", rhs=400.0, operator="le")
    config_builder.add_processor(dd.DropColumnsProcessorConfig(name="drop_ids", column_names=["customer_id", "disc*"]))
    config_builder.add_processor(
        dd.SchemaTransformProcessorConfig(
            name="chat",
            template={
                "messages": [
                    {"role": "user", "content": "{{ greeting }}"},
                    {"role": "assistant", "content": "{{ product_category }}/{{ product_subcategory }}: {{ final_price }}"},
                ],
                "customer": "{{ customer }}",
            },
        )
    )
    return config_builder


def topics() -> dd.DataDesignerConfigBuilder:
    """A seed dataset, shuffled; columns that ask models."""
    model_configs = [
        dd.ModelConfig(
            alias="text",
            model="fake-model",
            provider="lab",
            inference_parameters=dd.ChatCompletionInferenceParams(
                temperature=dd.UniformDistribution(params=dd.UniformDistributionParams(low=0.5, high=0.9)),
                top_p=dd.ManualDistribution(params=dd.ManualDistributionParams(values=[0.9, 0.95], weights=[1, 1])),
                max_tokens=300,
                max_parallel_requests=8,
                timeout=30,
                extra_body={"reasoning_effort": "high"},
            ),
        )
    ]
    config_builder = dd.DataDesignerConfigBuilder(model_configs=model_configs)
    config_builder.with_seed_dataset(
        dd.LocalFileSeedSource(path="seeds/topics.parquet"),
        sampling_strategy=dd.SamplingStrategy.SHUFFLE,
        selection_strategy=dd.IndexRange(start=0, end=39),
    )
    config_builder.add_column(
        dd.LLMTextColumnConfig(
            name="summary",
            model_alias="text",
            prompt="Summarise {{ topic }} number {{ sid }}",
            system_prompt="You are brief.",
            with_trace=dd.TraceType.ALL_MESSAGES,
            extract_reasoning_content=True,
        )
    )
    config_builder.add_column(
        dd.LLMStructuredColumnConfig(name="order", model_alias="text", prompt="An order for {{ topic }}", output_format=Order)
    )
    config_builder.add_column(
        dd.LLMTextColumnConfig(
            name="maybe",
            model_alias="text",
            prompt="Maybe {{ summary }}",
            skip=dd.SkipConfig(when="{{ sid % 2 == 0 }}", value="none"),
        )
    )
    config_builder.add_column(dd.ExpressionColumnConfig(name="label", expr="{{ topic }}-{{ sid }}-{{ order.items[0].sku }}"))
    return config_builder


def programs() -> dd.DataDesignerConfigBuilder:
    """Code, what a linter and a parser say of it, a judge."""
    config_builder = dd.DataDesignerConfigBuilder(
        model_configs=[
            dd.ModelConfig(
                alias="coder",
                model="fake-model",
                provider="lab",
                inference_parameters=dd.ChatCompletionInferenceParams(temperature=0.7, top_p=0.99, max_tokens=256),
            ),
            dd.ModelConfig(alias="judge", model="fake-judge", provider="lab", skip_health_check=True),
        ]
    )
    config_builder.add_column(
        dd.SamplerColumnConfig(
            name="domain",
            sampler_type=dd.SamplerType.CATEGORY,
            params=dd.CategorySamplerParams(values=["finance", "health"]),
        )
    )
    config_builder.add_column(
        dd.LLMCodeColumnConfig(name="code", model_alias="coder", prompt="Write Python for {{ domain }}", code_lang=dd.CodeLang.PYTHON)
    )
    config_builder.add_column(
        dd.LLMCodeColumnConfig(name="sql", model_alias="coder", prompt="Write SQL for {{ domain }}", code_lang=dd.CodeLang.SQL_POSTGRES)
    )
    config_builder.add_column(
        dd.ValidationColumnConfig(
            name="code_check",
            validator_type=dd.ValidatorType.CODE,
            target_columns=["code"],
            validator_params=dd.CodeValidatorParams(code_lang=dd.CodeLang.PYTHON),
            batch_size=10,
        )
    )
    config_builder.add_column(
        dd.ValidationColumnConfig(
            name="sql_check",
            validator_type=dd.ValidatorType.CODE,
            target_columns=["sql"],
            validator_params=dd.CodeValidatorParams(code_lang=dd.CodeLang.SQL_POSTGRES),
        )
    )
    config_builder.add_column(
        dd.LLMJudgeColumnConfig(
            name="rating",
            model_alias="judge",
            prompt="Judge this code:\n{{ code }}",
            scores=[
                dd.Score(name="Relevance", description="How relevant", options={4: "all", 3: "most", 2: "some", 1: "none"}),
                dd.Score(name="style", description="How pretty", options={"low": "ugly", "high": "pretty"}),
            ],
        )
    )
    config_builder.add_column(
        dd.ExpressionColumnConfig(name="good", expr="{{ rating.Relevance.score >= 3 and code_check.is_valid }}", dtype="bool")
    )
    config_builder.add_profiler(dd.JudgeScoreProfilerConfig(model_alias="judge"))
    return config_builder
