// The limit of a replay: the trees of recorded contacts that a step of automation reaches, as a
// plain loop over structs. It draws what Sources/Simulation draws, decides what it decides and adds
// up the same integers; it knows one mechanism and trusts its input.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <thread>
#include <vector>

#include "chance.h"
#include "profile.h"

using std::vector;

enum Mark : uint16_t {
    identified = 1, served = 2, abandoned = 4, handedOn = 8, inWindow = 16, inbound = 32,
    fulfilment = 64, planned = 128, followed = 256, escalation = 512
};

enum Counter {
    issues, contacts, servedContacts, reworkContacts, abandonedContacts, escalations,
    automationSessions, trulyResolved, falselyContained, handedOver, leftAutomation, misrouted,
    messages, preventedContacts, assisted, failuresNoticed, failuresMended, silentGiveUps,
    handleTime, customerTime, counterCount
};

struct Charge {
    int32_t payer;
    bool isHandling;
    int64_t amount;
};

struct Contact {
    uint64_t address;
    double difficulty;
    int64_t at, localOffset, handleTime, customerTime, window, perMinute;
    int32_t day, customer, cause, link, intent, family, ratePayer;
    uint16_t marks;
    uint8_t failure, namedFailure;
    bool isInScope;
    Charge charges[2];

    bool has(Mark mark) const { return marks & mark; }
};

struct State {
    int64_t arrivalShift = 0, endShift = 0, inheritedPenalty = 0, penaltyForNext = 0;
    int64_t addedHandling = 0;
    int32_t root = 0, originIntent = 0;
    uint8_t originFailure = 0, automationFailure = 0;
    bool isLinked = false, isCaused = false, isReturnedFrom = false, isOfStep = false;
    bool isAgain = false, isMet = false, happens = true;
};

struct Customer {
    int64_t booked = 0, classed = 0, time = 0;
    int32_t contacts = 0;
    bool isReached = false, gaveUp = false;

    bool isWorseOff() const { return gaveUp || time > 0; }
    bool isBetterOff() const { return !isWorseOff() && time < 0; }
};

struct Parameters {
    Draws draws;
    double exposure, resolved, falseGiven, handedOverGiven, threshold, strength, luckWeight;
    double observedWeight, unobservedWeight, falseReturns, abandonedReturns, contextLost, misrouted;
    int64_t seconds, penalty, misrouteSeconds, runCost, fixedCost;
    vector<double> returnProbability;
};

/// Everything that no replication changes.
struct Plan {
    int64_t contactCount, treeCount, customerCount, longest, payerCount, failureCount, weekCount;
    int64_t firstWeek, causedCount, paidCount, modelFailureCount, automationFailure, payer;
    int64_t rosterPayer, noIntent, familyCount, edgeCount, replicationCount;
    int64_t falseRow, leftRow, contextRow, misroutedRow, automationRow, fixedRow, capacityRow;
    uint32_t link, difficulty, unseenReturn, exposure, success, failedEnd, falseReturn, leftReturn;
    uint32_t returnDelay, contextLost, misrouted;
    vector<int64_t> edges, meanReworkCost;
    vector<double> cumulative;
    vector<uint32_t> starts;
    vector<Contact> contacts;
    vector<Parameters> replications;
    RecordedProfile profile;
};

struct Reader {
    FILE *file;
    uint64_t word() {
        uint64_t value;
        if (fread(&value, 8, 1, file) != 1) { fprintf(stderr, "error: short file\n"); exit(1); }
        return value;
    }
    double real() {
        uint64_t bits = word();
        double value;
        memcpy(&value, &bits, 8);
        return value;
    }
};

static Contact readContact(Reader &in) {
    Contact c;
    c.address = in.word();
    c.difficulty = in.real();
    c.at = in.word();
    c.localOffset = in.word();
    c.day = in.word();
    c.customer = in.word();
    c.cause = in.word();
    c.link = in.word();
    c.intent = in.word();
    c.family = in.word();
    c.failure = in.word();
    c.namedFailure = in.word();
    c.marks = in.word();
    c.isInScope = in.word();
    c.handleTime = in.word();
    c.customerTime = in.word();
    c.window = in.word();
    for (Charge &charge : c.charges) {
        charge.payer = in.word();
        charge.isHandling = in.word();
        charge.amount = in.word();
    }
    c.ratePayer = in.word();
    c.perMinute = in.word();
    return c;
}

static void readProfile(Reader &in, Plan &p) {
    RecordedProfile &profile = p.profile;
    profile.firstDay = p.firstWeek * 7 - 3;
    profile.dayCount = p.weekCount * 7;
    profile.windowFirst = in.word();
    int64_t windowCount = in.word();
    profile.segmentCount = in.word();
    int64_t most = in.word();
    profile.effort.count = in.word();
    profile.effort.sum = in.word();
    profile.effort.squares = in.word();
    for (int64_t i = 0; i < windowCount; i++) {
        RecordedProfile::Day day;
        day.contacts = in.word();
        day.served = in.word();
        day.servedTime = in.word();
        profile.window.push_back(day);
    }
    for (int64_t i = 0; i < most; i++) profile.counts.push_back(in.word());
    for (int64_t i = 1; i < p.customerCount; i++) {
        profile.contactsOf.push_back(in.word());
        profile.segmentOf.push_back(in.word());
    }
}

static Plan readPlan(const char *path) {
    Reader in{fopen(path, "rb")};
    if (!in.file) { fprintf(stderr, "error: cannot read %s\n", path); exit(66); }
    Plan p;
    for (int64_t *field : {&p.contactCount, &p.treeCount, &p.customerCount, &p.longest,
             &p.payerCount, &p.failureCount, &p.weekCount, &p.firstWeek, &p.causedCount,
             &p.paidCount, &p.modelFailureCount, &p.automationFailure, &p.payer, &p.rosterPayer,
             &p.noIntent, &p.familyCount, &p.edgeCount, &p.replicationCount, &p.falseRow,
             &p.leftRow, &p.contextRow, &p.misroutedRow, &p.automationRow, &p.fixedRow,
             &p.capacityRow})
        *field = in.word();
    for (uint32_t *purpose : {&p.link, &p.difficulty, &p.unseenReturn, &p.exposure, &p.success,
             &p.failedEnd, &p.falseReturn, &p.leftReturn, &p.returnDelay, &p.contextLost,
             &p.misrouted})
        *purpose = in.word();
    for (int64_t i = 0; i < p.edgeCount; i++) p.edges.push_back(in.word());
    for (int64_t i = 0; i < p.edgeCount; i++) p.cumulative.push_back(in.real());
    for (int64_t i = 0; i < p.familyCount; i++) p.meanReworkCost.push_back(in.word());
    for (int64_t i = 0; i <= p.treeCount; i++) p.starts.push_back(in.word());
    for (int64_t i = 0; i < p.contactCount; i++) p.contacts.push_back(readContact(in));
    readProfile(in, p);
    for (int64_t i = 0; i < p.replicationCount; i++) {
        Parameters r;
        r.draws.key0 = in.word();
        r.draws.key1 = in.word();
        for (double *field : {&r.exposure, &r.resolved, &r.falseGiven, &r.handedOverGiven,
                 &r.threshold, &r.strength, &r.luckWeight, &r.observedWeight, &r.unobservedWeight,
                 &r.falseReturns, &r.abandonedReturns, &r.contextLost, &r.misrouted})
            *field = in.real();
        for (int64_t *field : {&r.seconds, &r.penalty, &r.misrouteSeconds, &r.runCost, &r.fixedCost})
            *field = in.word();
        for (int64_t j = 0; j < p.familyCount * p.modelFailureCount; j++)
            r.returnProbability.push_back(in.real());
        p.replications.push_back(r);
    }
    fclose(in.file);
    return p;
}

static int64_t cost(int64_t microseconds, int64_t perMinute) {
    // Both are positive and their product fits; half goes to even.
    uint64_t product = uint64_t(microseconds) * uint64_t(perMinute);
    uint64_t quotient = product / 60000000, rest = product % 60000000;
    if (rest * 2 > 60000000 || (rest * 2 == 60000000 && quotient % 2 == 1)) quotient++;
    return int64_t(quotient);
}

struct World {
    int64_t counters[counterCount] = {};
    vector<int64_t> cells;
};

/// One thread's working memory and the replication under way.
struct Replay {
    const Plan &plan;
    const Parameters *par = nullptr;
    World baseline, scenario;
    vector<State> states;
    vector<Customer> customers;
    vector<int64_t> pools;
    Profile profile;
    int64_t gross = 0, run = 0, unreleased = 0, redistributed = 0, deferred = 0, averted = 0;
    int64_t supported = 0, extrapolated = 0, assumed = 0;

    explicit Replay(const Plan &p)
        : plan(p), states(p.longest), customers(p.customerCount),
          pools(p.payerCount * p.weekCount), profile(p.profile) {
        baseline.cells.resize(p.causedCount * p.paidCount);
        scenario.cells.resize(p.causedCount * p.paidCount);
    }

    double uniform(const Contact &c, uint32_t purpose) const {
        return par->draws.uniform(c.address, purpose);
    }
    double returnProbability(int family, int failure) const {
        return par->returnProbability[family * plan.modelFailureCount + failure];
    }
    Customer &customerOf(const Contact &c) { return customers[c.customer + 1]; }

    void post(World &world, int64_t caused, const Contact &c, const Charge &charge) {
        world.cells[caused * plan.paidCount + c.intent * plan.payerCount + charge.payer] +=
            charge.amount;
    }
    void spendCustomerTime(int64_t microseconds, const Contact &c) {
        scenario.counters[customerTime] += microseconds;
        if (c.has(identified)) customerOf(c).time += microseconds;
    }
    void changePool(const Charge &charge, int64_t change, const Contact &c, int64_t moment) {
        if (!charge.isHandling) return;
        int64_t local = moment + c.localOffset;
        int64_t week = (local + 3 * 86400000000) / (7 * 86400000000) - plan.firstWeek;
        week = std::min(std::max<int64_t>(0, week), plan.weekCount - 1);
        pools[charge.payer * plan.weekCount + week] += change;
    }
    void classify(int64_t amount, int64_t moment, int64_t windowEnd, const Contact &c) {
        (moment <= windowEnd ? redistributed : deferred) += amount;
        customerOf(c).classed += amount;
    }
    void weigh(int64_t amount, const Contact &c, const State &s) {
        (!c.has(identified) ? assumed : s.isCaused ? supported : extrapolated) += amount;
    }
    void saveAtOrigin(int64_t amount, const Contact &c) {
        gross += amount;
        customerOf(c).classed -= amount;
    }
    int64_t *day(const Contact &c, int64_t moment) {
        return profile.day(profile.dayOf(moment + c.localOffset));
    }
    void spendOnPeople(int64_t microseconds, const Contact &c, State &s, int64_t row,
                       int64_t moment, int64_t windowEnd) {
        if (microseconds <= 0) return;
        s.addedHandling += microseconds;
        scenario.counters[handleTime] += microseconds;
        day(c, moment)[dayHandleTime] += microseconds;
        spendCustomerTime(microseconds, c);
        if (c.ratePayer < 0) return;
        Charge charge{c.ratePayer, true, cost(microseconds, c.perMinute)};
        post(scenario, c.intent * plan.failureCount + row, c, charge);
        customerOf(c).booked += charge.amount;
        day(c, moment)[dayCharges] += charge.amount;
        changePool(charge, charge.amount, c, moment);
        classify(charge.amount, moment, windowEnd, c);
        assumed += charge.amount;
    }
    int64_t delay(const Contact &c) const {
        double u = uniform(c, plan.returnDelay);
        int bin = 1;
        while (bin + 1 < plan.edgeCount && plan.cumulative[bin] < u) bin++;
        double mass = plan.cumulative[bin] - plan.cumulative[bin - 1];
        double part = mass > 0 ? (u - plan.cumulative[bin - 1]) / mass : 0.5;
        double width = double(plan.edges[bin] - plan.edges[bin - 1]);
        return plan.edges[bin - 1] + int64_t(std::round(std::min(1.0, std::max(0.0, part)) * width));
    }
    double success(const Contact &root) const {
        if (!std::isfinite(par->threshold) || par->strength <= 0) return par->resolved;
        double noise =
            exact::inverseNormal(par->draws.uniform(root.address, plan.difficulty));
        double difficulty = std::isnan(root.difficulty)
            ? noise
            : par->observedWeight * root.difficulty + par->unobservedWeight * noise;
        return exact::normalCDF((par->threshold - par->strength * difficulty) / par->luckWeight);
    }
    void countContact(World &world, const Contact &c, bool isRework) {
        world.counters[handleTime] += c.handleTime;
        if (!c.has(inbound)) return;
        world.counters[contacts]++;
        if (c.has(served)) world.counters[servedContacts]++;
        if (isRework) world.counters[reworkContacts]++;
        if (c.has(escalation)) world.counters[escalations]++;
        if (c.has(abandoned)) world.counters[abandonedContacts]++;
    }
    /// A recorded contact on a day, once more or once less.
    void note(const Contact &c, int64_t *figures, bool isRework, bool isSilent, int64_t added,
              int64_t sign) {
        figures[dayHandleTime] += sign * c.handleTime;
        if (!c.has(inbound)) return;
        figures[dayContacts] += sign;
        if (isRework) figures[dayReworkContacts] += sign;
        if (isSilent) figures[daySilentGiveUps] += sign;
        customerOf(c).contacts += sign;
        if (c.has(served)) profile.serve(c.handleTime + added, figures, sign);
    }
    bool isSilentEnd(const Contact &c, const State &s) const {
        if (!c.has(abandoned)) return false;
        if (!c.has(followed))
            return uniform(c, plan.unseenReturn) >= returnProbability(c.family, c.failure);
        return !s.isReturnedFrom;
    }
    void link(const Contact *tree, int count);
    void follow(const Contact *tree, int slot);
    void takeStep(const Contact &c, State &s, const Contact &root, bool isInCohort);
    void payInheritedPenalty(const Contact &c, State &s, int64_t windowEnd, bool isInCohort);
    void book(const Contact &c, State &s, bool isRoot, int64_t windowEnd);
    void tree(const Contact *tree, int count);
    void replication(const Parameters &parameters);
    template <typename Add> void addCustomers(Add add) const;
    template <typename Add> void addWeeks(Add add) const;
    uint64_t digest() const;
};

void Replay::link(const Contact *tree, int count) {
    for (int i = 0; i < count; i++) states[i] = State();
    for (int i = 0; i < count; i++) {
        const Contact &c = tree[i];
        if (c.cause < 0 || c.link <= 0) continue;
        if (c.link < 1000000 && uniform(c, plan.link) * 1000000 >= double(c.link)) continue;
        states[i].isLinked = true;
        if (c.has(fulfilment)) continue;
        states[i].isCaused = true;
        states[c.cause].isReturnedFrom = true;
    }
}

void Replay::follow(const Contact *tree, int slot) {
    State &s = states[slot];
    const Contact &c = tree[slot];
    if (!s.isLinked) {
        s.root = slot;
        s.originIntent = c.intent;
        return;
    }
    const State &parent = states[c.cause];
    s.root = parent.root;
    s.arrivalShift = s.endShift = parent.endShift;
    s.automationFailure = parent.automationFailure;
    s.originIntent = parent.originIntent;
    s.originFailure = parent.originFailure;
    s.inheritedPenalty = parent.penaltyForNext;
    if (s.isCaused) {
        if (parent.originFailure == 0) {
            s.originIntent = tree[c.cause].intent;
            s.originFailure = tree[c.cause].namedFailure;
        }
        s.happens = parent.happens;
    } else if (c.has(planned)) {
        s.happens = parent.happens || parent.isMet;
    } else {
        s.happens = parent.happens;
        s.isMet = parent.isMet;
        s.isOfStep = parent.isOfStep;
        s.isAgain = parent.isAgain;
    }
}

void Replay::takeStep(const Contact &c, State &s, const Contact &root, bool isInCohort) {
    if (uniform(c, plan.exposure) >= par->exposure) return;
    int64_t windowEnd = root.at + root.window;
    int64_t penalty = c.has(served) ? par->penalty : 0;
    Counter counted;
    int64_t row = 0, time = 0, misroute = 0;
    bool isSilent = false, isLost = false;
    if (uniform(c, plan.success) < success(root)) {
        counted = trulyResolved;
        s.happens = false;
        s.isMet = true;
    } else if (double end = uniform(c, plan.failedEnd);
               end >= par->falseGiven && end < par->falseGiven + par->handedOverGiven) {
        counted = handedOver;
        row = plan.contextRow;
        isLost = par->contextLost > 0 && uniform(c, plan.contextLost) < par->contextLost;
        if (isLost) time = penalty;
        if (c.has(served) && par->misrouted > 0 && uniform(c, plan.misrouted) < par->misrouted)
            misroute = par->misrouteSeconds;
        s.arrivalShift += par->seconds;
        s.endShift += par->seconds + time;
        if (isInCohort && misroute > 0) {
            scenario.counters[misrouted]++;
            spendOnPeople(misroute, c, s, plan.misroutedRow, c.at + s.arrivalShift, windowEnd);
        }
        s.arrivalShift += misroute;
        s.endShift += misroute;
    } else {
        bool isFalse = end < par->falseGiven;
        counted = isFalse ? falselyContained : leftAutomation;
        row = isFalse ? plan.falseRow : plan.leftRow;
        double back = isFalse ? par->falseReturns
            : std::isnan(par->abandonedReturns)
            ? returnProbability(c.family, plan.automationFailure) : par->abandonedReturns;
        if (uniform(c, isFalse ? plan.falseReturn : plan.leftReturn) < back) {
            int64_t by = par->seconds + delay(c);
            isLost = isFalse;
            if (isLost) time = penalty;
            s.isAgain = true;
            s.arrivalShift += by;
            s.endShift += by + time;
            if (s.originFailure == 0 && s.automationFailure == 0) s.automationFailure = row;
        } else {
            s.happens = false;
            isSilent = true;
        }
    }
    if (isLost && !c.has(served)) s.penaltyForNext += par->penalty;
    if (!isInCohort) return;
    scenario.counters[counted]++;
    spendOnPeople(time, c, s, row, c.at + s.arrivalShift, windowEnd);
    if (isSilent) {
        scenario.counters[silentGiveUps]++;
        day(c, c.at + s.arrivalShift)[daySilentGiveUps]++;
        if (c.has(identified) && (c.has(served) || s.isReturnedFrom)) customerOf(c).gaveUp = true;
    }
    scenario.counters[automationSessions]++;
    spendCustomerTime(par->seconds, c);
    post(scenario, c.intent * plan.failureCount + plan.automationRow, c,
         Charge{int32_t(plan.payer), false, par->runCost});
    run += par->runCost;
    customerOf(c).booked += par->runCost;
    customerOf(c).classed += par->runCost;
    assumed += par->runCost;
    day(c, c.at + s.arrivalShift)[dayCharges] += par->runCost;
}

void Replay::payInheritedPenalty(const Contact &c, State &s, int64_t windowEnd, bool isInCohort) {
    if (!c.has(served)) {
        s.penaltyForNext += s.inheritedPenalty;
        return;
    }
    int64_t moment = c.at + s.arrivalShift;
    s.endShift += s.inheritedPenalty;
    if (isInCohort) spendOnPeople(s.inheritedPenalty, c, s, plan.contextRow, moment, windowEnd);
}

void Replay::book(const Contact &c, State &s, bool isRoot, int64_t windowEnd) {
    int64_t recorded = s.originIntent * plan.failureCount + s.originFailure;
    bool isSilent = isSilentEnd(c, s);
    Customer &customer = customerOf(c);
    if (isRoot) baseline.counters[issues]++;
    countContact(baseline, c, s.isCaused);
    baseline.counters[customerTime] += c.customerTime;
    baseline.counters[silentGiveUps] += isSilent;
    for (const Charge &charge : c.charges) {
        if (charge.payer < 0) continue;
        post(baseline, recorded, c, charge);
        customer.booked -= charge.amount;
    }
    if (c.has(identified)) {
        customer.time -= c.customerTime;
        if (c.isInScope) customer.isReached = true;
    }
    if (isRoot) scenario.counters[issues]++;
    if (!s.happens) {
        note(c, profile.day(c.day), s.isCaused, isSilent, 0, -1);
        for (const Charge &charge : c.charges) {
            if (charge.payer < 0) continue;
            profile.day(c.day)[dayCharges] -= charge.amount;
            if (s.isOfStep) saveAtOrigin(charge.amount, c);
            else classify(-charge.amount, c.at, windowEnd, c);
            weigh(charge.amount, c, s);
            changePool(charge, -charge.amount, c, c.at);
        }
        if (!c.has(followed) && c.failure != 0
            && uniform(c, plan.unseenReturn) < returnProbability(c.family, c.failure))
            averted += plan.meanReworkCost[c.family];
        return;
    }
    bool isRework = s.isCaused || (s.isAgain && !c.has(fulfilment));
    countContact(scenario, c, isRework);
    spendCustomerTime(c.customerTime, c);
    scenario.counters[silentGiveUps] += isSilent;
    if (s.arrivalShift != 0 || s.addedHandling != 0 || isRework != s.isCaused) {
        note(c, profile.day(c.day), s.isCaused, isSilent, 0, -1);
        note(c, day(c, c.at + s.arrivalShift), isRework, isSilent, s.addedHandling, 1);
    }
    int64_t cause = s.automationFailure == 0
        ? recorded : s.originIntent * plan.failureCount + s.automationFailure;
    for (const Charge &charge : c.charges) {
        if (charge.payer < 0) continue;
        post(scenario, cause, c, charge);
        customer.booked += charge.amount;
        if (s.arrivalShift != 0) {
            profile.day(c.day)[dayCharges] -= charge.amount;
            day(c, c.at + s.arrivalShift)[dayCharges] += charge.amount;
            changePool(charge, -charge.amount, c, c.at);
            changePool(charge, charge.amount, c, c.at + s.arrivalShift);
        }
        if (s.isAgain) {
            saveAtOrigin(charge.amount, c);
            classify(charge.amount, c.at + s.arrivalShift, windowEnd, c);
            weigh(charge.amount, c, s);
        }
    }
}

void Replay::tree(const Contact *tree, int count) {
    link(tree, count);
    for (int i = 0; i < count; i++) {
        follow(tree, i);
        const Contact &c = tree[i];
        State &s = states[i];
        if (c.isInScope) s.isOfStep = true;
        const Contact &root = tree[s.root];
        bool isInCohort = root.has(inWindow);
        if (s.happens && c.isInScope) takeStep(c, s, root, isInCohort);
        int64_t windowEnd = root.at + root.window;
        if (s.happens && s.inheritedPenalty > 0) payInheritedPenalty(c, s, windowEnd, isInCohort);
        if (isInCohort) book(c, s, s.root == i, windowEnd);
    }
}

void Replay::replication(const Parameters &parameters) {
    par = &parameters;
    for (World *world : {&baseline, &scenario}) {
        std::fill(world->counters, world->counters + counterCount, 0);
        std::fill(world->cells.begin(), world->cells.end(), 0);
    }
    std::fill(customers.begin(), customers.end(), Customer());
    std::fill(pools.begin(), pools.end(), 0);
    profile.reset();
    gross = run = unreleased = redistributed = deferred = averted = 0;
    supported = extrapolated = assumed = 0;
    const Contact *first = plan.contacts.data();
    for (int64_t i = 0; i < plan.treeCount; i++)
        tree(first + plan.starts[i], plan.starts[i + 1] - plan.starts[i]);
    if (par->fixedCost != 0) {
        scenario.cells[plan.fixedRow * plan.paidCount + plan.noIntent + plan.payer]
            += par->fixedCost;
        run += par->fixedCost;
        customers[0].booked += par->fixedCost;
        customers[0].classed += par->fixedCost;
        assumed += par->fixedCost;
    }
    for (int64_t change : pools) unreleased += std::max<int64_t>(0, -change);
    scenario.cells[plan.capacityRow * plan.paidCount + plan.noIntent + plan.rosterPayer]
        += unreleased;
    customers[0].booked += unreleased;
    customers[0].classed += unreleased;
}

/// Customers in all and by segment, and how unevenly contacts and effort fall.
template <typename Add> void Replay::addCustomers(Add add) const {
    struct Segment {
        int64_t reached = 0, worse = 0, better = 0, cash = 0, time = 0;
    };
    const RecordedProfile &recorded = plan.profile;
    vector<Segment> segments(recorded.segmentCount);
    vector<int64_t> counts = recorded.counts;
    int64_t unexplained = 0;
    Segment all;
    for (size_t i = 0; i < customers.size(); i++) {
        const Customer &customer = customers[i];
        unexplained += customer.booked != customer.classed;
        if (i > 0 && customer.contacts != 0) {
            int64_t before = recorded.contactsOf[i - 1], after = before + customer.contacts;
            if (int64_t(counts.size()) <= after) counts.resize(after + 1);
            if (before > 0) counts[before]--;
            counts[after]++;
        }
        if (!customer.isReached) continue;
        Segment &segment = segments[recorded.segmentOf[i - 1]];
        for (Segment *part : {&all, &segment}) {
            part->reached++;
            part->worse += customer.isWorseOff();
            part->better += customer.isBetterOff();
            part->cash += customer.booked;
            part->time += customer.time;
        }
    }
    for (int64_t value : {unexplained, all.reached, all.worse, all.better}) add(value);
    for (const Segment &s : segments)
        for (int64_t value : {s.reached, s.worse, s.better, s.cash, s.time}) add(value);
    Spread spread(profile, counts);
    for (double value : {spread.gini, spread.topTenth, spread.interactionVariation,
             spread.aggregateVariation, spread.contactsVariation}) {
        int64_t bits;
        memcpy(&bits, &value, 8);
        add(bits);
    }
}

/// The sums by day as sums by week, figure after figure within each.
template <typename Add> void Replay::addWeeks(Add add) const {
    for (int64_t week = 0; week < plan.weekCount; week++)
        for (int figure = 0; figure < figureCount; figure++) {
            int64_t sum = 0;
            for (int day = 0; day < 7; day++)
                sum += profile.sums[(week * 7 + day) * figureCount + figure];
            add(sum);
        }
}

/// Every total, one after the other, as the benchmark adds its own up.
uint64_t Replay::digest() const {
    uint64_t hash = 0;
    auto add = [&](int64_t value) { hash = hash * 0x9e3779b97f4a7c15ull + uint64_t(value); };
    for (const World *world : {&baseline, &scenario}) {
        for (int64_t counter : world->counters) add(counter);
        uint64_t sum = 0;
        for (size_t i = 0; i < world->cells.size(); i++)
            sum += uint64_t(world->cells[i]) * (2 * i + 1);
        add(int64_t(sum));
    }
    for (int64_t value : {gross, run, unreleased, redistributed, deferred, supported, extrapolated,
             assumed, averted})
        add(value);
    addCustomers(add);
    addWeeks(add);
    return hash;
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: replay.run FILE THREADS\n");
        return 64;
    }
    Plan plan = readPlan(arguments[1]);
    int threads = atoi(arguments[2]);
    vector<uint64_t> digests(plan.replicationCount);
    vector<std::thread> pool;
    clock_t processorBegun = clock();
    auto begun = std::chrono::steady_clock::now();
    for (int thread = 0; thread < threads; thread++)
        pool.emplace_back([&, thread] {
            Replay replay(plan);
            for (int64_t i = thread; i < plan.replicationCount; i += threads) {
                replay.replication(plan.replications[i]);
                digests[i] = replay.digest();
            }
        });
    for (std::thread &thread : pool) thread.join();
    std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
    double processor = double(clock() - processorBegun) / CLOCKS_PER_SEC;
    uint64_t hash = 0;
    for (uint64_t digest : digests) hash = hash * 0x9e3779b97f4a7c15ull + digest;
    printf("{\"peer\": \"limit\", \"measurement\": \"replay\", \"threads\": %d, "
           "\"contacts\": %lld, \"replications\": %lld, \"seconds\": %.6f, "
           "\"cpu_seconds\": %.6f, \"digest\": \"%llx\"}\n",
           threads, (long long)plan.contactCount, (long long)plan.replicationCount,
           seconds.count(), processor, (unsigned long long)hash);
    return 0;
}
