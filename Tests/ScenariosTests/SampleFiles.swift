// Small whole files, for reading as they stand and for breaking in one place at a time.

enum SampleFiles {
    static let scenario = """
        scenario: sample
        title: A sample
        question: What would it change?
        automation:
          id: conversational-ivr
          catalogue: A9
          owner: operations
          payer: automation budget
        scope:
          intents: [balance, status]
          from: 1999-04-01
          to: 1999-04-30
        step:
          take_up: {low: 0.3, mode: 0.5, high: 0.8, grade: C, source: uptake}
          contained: {low: 0.2, mode: 0.6, high: 0.8, grade: C, source: s}
          false_share: {low: 0.15, mode: 0.35, high: 0.6, grade: C, source: s}
          abandoned_share: {low: 0.05, mode: 0.125, high: 0.25, grade: D, source: s}
          false_returns: {low: 0.12, mode: 0.25, high: 0.4, grade: C, source: s}
          seconds: {low: 30, mode: 48, high: 90, grade: B, source: s}
          selection_strength: {value: 0.5, grade: D, source: s}
          reliability: {value: 0.5, grade: D, source: s}
        costs:
          run_per_step: {value: 0.1, grade: D, source: s}
          fixed: {value: 0, grade: D, source: s}
        assumptions:
          - Waits stay what they were.
        """

    static let rules = """
        rules: sample
        families:
          - id: service
            intents: [a, b]
        links:
          - id: hour
            window: 1h
        failures:
          - id: abandoned
            title: abandoned
            when: {outcome: abandoned}
          - id: short-service
            title: served in under ten seconds
            when: {actor: agent, talk_below: 10s}
        """

    static let lines = """

        lines:
          - id: everyday
            intents: [a, b]
          - id: brokerage
            intents: [c]
        """

    static let policy = """
        policy: sample
        owner: the board
        note: illustrative
        rules:
          - id: n1
            title: complaints
            class: human-led
            intents: [complaint]
            reason: a person
            source: s
          - id: n2
            title: failed twice
            class: human-led
            after_failed_automation: 2
            segments: [vulnerable]
            reason: a person
            source: s
          - id: n11
            title: simple
            class: simple
            intents: [balance, access]
            reason: simple
            source: s
        """

    static let costs = """
        costs: sample
        currency: GBP
        note: illustrative
        charges:
          - payer: agents
            activity: handle
            teams: [desk]
            per_minute: 0.80
            grade: D
            source: s
          - payer: platform
            activity: automation
            per_minute: 0.05
            grade: D
            source: s
        """

    /// With everything that a file of costs can say.
    static let allCosts =
        costs + """

                tiers: ["2", lead]
                channels: [phone]
              - payer: agents
                activity: handle
                per_minute: 0.40
                grade: D
                source: s
            refunds:
              payer: redress
              grade: D
              source: s
            runs:
              - id: licence
                title: chat assistant
                payer: platform
                amount: 1500.00
                per: month
                channels: [chatbot]
                from: 2026-01-15
                to: 2026-06-30
                grade: D
                source: r
              - id: usage
                title: a conversation
                payer: platform
                amount: 0.78
                per: session
                intents: [billing]
                grade: C
                source: u
            value_at_stake:
              values:
                - segments: [gold]
                  amount: 900
                  grade: D
                  source: v
                - amount: 300
                  grade: D
                  source: v
              leaving:
                probability: 0.1125
                grade: D
                source: l
            risks:
              - id: fee
                title: case fee
                borne_by: redress
                begins_with: {event: complaintOpened}
                intents: [billing]
                segments: [gold]
                probability: {value: 7%, grade: D, source: p}
                severity: {low: 475, mode: 650, high: 650, grade: A, source: q}
              - id: lost
                title: lost
                borne_by: redress
                begins_with: {state: givenUp}
                probability: {value: 0.000001, grade: D, source: p}
                severity: {value: 12.50, grade: D, source: q}
              - id: short
                title: short
                borne_by: redress
                begins_with: {failure: short-service}
                probability: {value: 1, grade: D, source: p}
                severity: {value: 1, grade: D, source: q}
            """
}
