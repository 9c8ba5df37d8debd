// Writing the impact report of a kept run.

import Digests
import Reports
import Simulation

extension Store {
    /// Writes `report.html`, `report.md` and `report.json` into a folder.
    /// - Throws: ``WorkbenchError``.
    package func report(run id: String?, into folder: String) throws -> Answer {
        let run = try run(id)
        let report = ReportBuilder.build(run: run)
        try Files.makeFolder(folder)
        let forms: [(name: String, bytes: [UInt8])] = [
            ("report.html", Array(HTMLReport.render(report).utf8)),
            ("report.md", Array(MarkdownReport.render(report).utf8)),
            ("report.json", try JSONCoding.encode(report, pretty: true)),
        ]
        var answer = Answer()
        answer.fact("run", "run", .text(run.id))
        for form in forms {
            try Files.write(form.bytes, to: folder + "/" + form.name)
        }
        answer.table(
            "files",
            Table(
                title: "Report",
                columns: [
                    .init("file", "file"), .init("bytes", "bytes"), .init("sha256", "sha256"),
                ],
                rows: forms.map { form in
                    [
                        .text(folder + "/" + form.name), .integer(form.bytes.count),
                        .text(SHA256.digest(of: form.bytes).hexadecimal),
                    ]
                }))
        return answer
    }
}
