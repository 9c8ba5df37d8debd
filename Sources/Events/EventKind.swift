// The families of facts that a log can hold. All of them exist from the first day, so that
// importing a new kind of file never changes the format; projections read what they know.

/// What kind of fact an event states.
///
/// Raw values are part of the stored format: never change or reuse one.
package enum EventKind: UInt16, CaseIterable, Sendable {
    // Contacts
    /// One whole contact, with its times and outcome in ``Interaction``.
    case contact = 1
    /// A record that the source itself says is no contact; no journey counts it.
    case phantom = 2
    case contactStarted = 3
    case contactRouted = 4
    case contactQueued = 5
    case contactAbandoned = 6
    case contactAnswered = 7
    case contactEnded = 8

    // Automated turns
    case botStep = 20
    case botFallback = 21
    case botLoop = 22
    case botGoalReached = 23
    case botGivenUp = 24

    // Hand-offs
    case handedOver = 40
    case transferred = 41
    case escalated = 42
    case callbackPromised = 43
    case callbackKept = 44

    // Work behind the scenes
    case workTask = 60
    case rework = 61
    case recovery = 62

    // Outcomes
    case issueResolved = 80
    case issueReopened = 81
    case journeyCompleted = 82
    case journeyAbandoned = 83
    case errorFound = 84
    case refundPaid = 85
    case revenueChanged = 86
    case customerChurned = 87

    // Voice of the customer
    case surveyAnswered = 100
    case feedbackGiven = 101
    case socialMention = 102
    case interviewNote = 103
    case complaintOpened = 104
    case complaintClosed = 105
    case complaintReferred = 106

    // Quality
    case qualityEvaluated = 120
    case breachFound = 121
    case coachingTriggered = 122
    case coachingHeld = 123

    // Workforce
    case agentJoined = 140
    case agentLeft = 141
    case agentSkillChanged = 142
    case agentState = 143
    case rosterPlanned = 144
    case overtimeWorked = 145
    case agentAbsent = 146
    case teamLeaderTime = 147

    // Automations
    case automationDeployed = 160
    case automationChanged = 161
    case automationRamped = 162
    case automationPaused = 163
    case automationWithdrawn = 164

    // Governance
    case gateEvaluated = 180
    case scenarioRun = 181
    case reportIssued = 182
    case challengeRecorded = 183
    case signedOff = 184
    case actionClosed = 185

    // Privacy
    case consentChanged = 200
    case personAccessed = 201
    case personErased = 202
    case retentionApplied = 203

    // Facts about facts
    case corrected = 220
}

extension EventKind {
    /// The group a kind belongs to, for reading a log by family.
    package enum Family: String, CaseIterable, Sendable {
        case contact, automatedTurn, handOff, work, outcome, voiceOfCustomer, quality
        case workforce, automation, governance, privacy, correction
    }

    package var family: Family {
        switch rawValue {
        case ..<20: .contact
        case ..<40: .automatedTurn
        case ..<60: .handOff
        case ..<80: .work
        case ..<100: .outcome
        case ..<120: .voiceOfCustomer
        case ..<140: .quality
        case ..<160: .workforce
        case ..<180: .automation
        case ..<200: .governance
        case ..<220: .privacy
        default: .correction
        }
    }

    /// The name that mapping files and outputs use: the case's own, as `contact`.
    package var name: String { "\(self)" }

    package init?(name: String) {
        guard let kind = EventKind.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }
}
