// stub while the report is written
package import Simulation
package struct ImpactReport: Codable { var id: String }
package enum ReportBuilder { package static func build(run: RunRecord) -> ImpactReport { ImpactReport(id: run.id) } }
package enum HTMLReport { package static func render(_ r: ImpactReport) -> String { r.id } }
package enum MarkdownReport { package static func render(_ r: ImpactReport) -> String { r.id } }
