// Aim: what the simulator foretells of a true automation is near to what it did, in a few generated
// operations; the long exam is `make exam`. A wrong step, cause or charge moves every mean.

import Foundation
import Testing

@Suite struct ExamTests {
    @Test func theMeansForetoldAreThoseThatHappened() throws {
        let folder = try TemporaryFolder()
        let answer = folder.path("exam.json")
        // Status 1 says that the exam was failed, which eight operations cannot tell.
        let run = try Program.run(
            [
                "python3", "tools/exam/exam.py", "--program", Program.path, "--operations", "8",
                "--customers", "1500", "--seed", "300", "--out", answer, "--kinds", "chatbot",
                "conversational-ivr",
            ], program: "/usr/bin/env")
        #expect([0, 1].contains(run.status), "\(run.messages)")
        let data = try Data(contentsOf: URL(fileURLWithPath: answer))
        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        let rows = try #require(object?["rows"] as? [[String: Any]])
        for figure in ["contacts", "cost", "recontacts"] {
            let ours = rows.filter { $0["figure"] as? String == figure }
            #expect(ours.count == 2)
            for row in ours {
                let bias = try #require(row["bias"] as? Double)
                let error = try #require(row["bias_se"] as? Double)
                let score = try #require(row["score"] as? Double)
                let naive = try #require(row["naive_score"] as? Double)
                #expect(abs(bias) < 5 * error, "\(figure): \(row)")
                let rival = try #require(row["rival_score"] as? Double)
                // Four operations: nothing changes is a claim that must lose, and so is what two
                // worlds with chance of their own say.
                #expect(score < naive && score < rival, "\(figure): \(row)")
            }
        }
    }
}
