// How the page looks on a screen and on paper. Dark on light; nothing is told by colour alone.

enum Stylesheet {
    static let text = screen + print

    private static let screen = """
        :root { --ink: #1b1f24; --soft: #555c66; --rule: #c9ced6; --faint: #f4f6f8;
          --accent: #1f3a5f; --caution: #7a4a00; --caution-faint: #fdf6ea; }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0 auto; padding: 2.5rem 1.25rem 5rem; max-width: 54rem; color: var(--ink);
          background: #fff; font: 1rem/1.6 Georgia, "Noto Serif", "Liberation Serif",
          "DejaVu Serif", serif; }
        h1, h2, h3, .kind, dt, nav, .legend, .callout-title, table, figcaption, caption, .note,
        .origin, .summary, dl { font-family: "Helvetica Neue", Arial, "Noto Sans",
          "Liberation Sans", "DejaVu Sans", sans-serif; }
        h1 { margin: 0 0 1.25rem; font-size: 2rem; line-height: 1.2; font-weight: 600; }
        h2 { margin: 0 0 1.25rem; padding-top: .75rem; border-top: 2px solid var(--accent);
          color: var(--accent); font-size: 1.35rem; line-height: 1.3; font-weight: 600; }
        h3 { margin: 2rem 0 .5rem; font-size: 1.05rem; font-weight: 600; }
        p, ul { margin: 0 0 1rem; max-width: 44rem; }
        ul { padding-left: 1.25rem; }
        li { margin-bottom: .45rem; }
        a { color: var(--accent); }
        section { margin-top: 3.5rem; }
        .kind { margin-bottom: .5rem; color: var(--soft); font-size: .95rem; }
        .legend { margin: 1.5rem 0 0; padding: .9rem 1.1rem .5rem; background: var(--faint);
          font-size: .85rem; line-height: 1.5; }
        .legend p { margin-bottom: .3rem; }
        .legend ul { list-style: none; padding: 0; margin: 0; }
        .legend li { margin-bottom: .2rem; }
        nav { margin-top: 2.5rem; font-size: .92rem; }
        nav h2 { border: 0; padding: 0; margin-bottom: .6rem; font-size: 1rem; }
        nav ul { list-style: none; padding: 0; columns: 2 18rem; max-width: none; }
        nav li { break-inside: avoid; }
        nav a { text-decoration: none; }
        nav a:hover, nav a:focus { text-decoration: underline; }
        .callout { margin: 0 0 1.5rem; padding: 1.1rem 1.3rem .3rem;
          border-left: 6px solid var(--accent); background: #eaf0f7; }
        .callout-title { margin-bottom: .4rem; font-weight: 600; font-size: 1.1rem; }
        .verdict .callout-title { font-size: 1.5rem; line-height: 1.25; color: var(--accent); }
        .warning { border-left-color: var(--caution); border-left-style: double;
          background: var(--caution-faint); }
        .warning .callout-title::before { content: "Warning \\2013  "; color: var(--caution); }
        figure { margin: 2rem 0; }
        figcaption, caption { padding: 0 0 .6rem; font-size: .95rem; font-weight: 600;
          text-align: left; line-height: 1.4; }
        caption { position: sticky; left: 0; }
        .figure-id { display: inline-block; margin-right: .35rem; color: var(--soft);
          font-weight: 400; }
        .summary, .note, .origin { margin: .5rem 0 0; font-size: .82rem; line-height: 1.5;
          color: var(--soft); }
        .summary { margin: 0 0 .75rem; }
        .origin { font-size: .75rem; }
        .origin, .note, td, tbody th, dd, dt, li, h1 { overflow-wrap: break-word; }
        .mark { font-family: "DejaVu Sans", "Segoe UI Symbol", sans-serif; font-size: .72em;
          font-weight: 400; font-style: normal; color: var(--soft); white-space: nowrap; }
        dl { margin: 0; font-size: .9rem; line-height: 1.5; border-top: 1px solid var(--rule); }
        dl > div { display: grid; grid-template-columns: minmax(9rem, 17rem) 1fr; gap: 0 1.5rem;
          padding: .45rem 0; border-bottom: 1px solid var(--rule); }
        dt { color: var(--soft); }
        dd { margin: 0; font-variant-numeric: tabular-nums; }
        .scroll { overflow-x: auto; }
        .picture svg { display: block; width: 100%; min-width: 34rem; height: auto; }
        table { width: 100%; border-collapse: collapse; font-size: .85rem; line-height: 1.45;
          border-bottom: 1px solid var(--ink); }
        th, td { padding: .45rem .7rem .45rem 0; text-align: left; vertical-align: top;
          border-top: 1px solid var(--rule); min-width: 4.5rem; }
        th:last-child, td:last-child { padding-right: 0; }
        thead th { border-top: 1px solid var(--ink); border-bottom: 1px solid var(--ink);
          vertical-align: bottom; font-weight: 600; }
        tbody th { min-width: 9rem; font-weight: 400; }
        tbody .group th { padding-top: 1rem; font-weight: 600; color: var(--accent); }
        .total th, .total td { font-weight: 600; border-top: 1px solid var(--ink); }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
        .number + td:not(.number), .number + th:not(.number) { padding-left: .9rem; }
        td.number .value, td.number .range { white-space: nowrap; }
        td.number .range { display: block; }
        .range { color: var(--soft); font-weight: 400; font-size: .92em; }
        td:has(code), td code { min-width: 11rem; }
        .form td, .form th { border: 1px solid var(--rule); padding: .6rem; }
        .form tbody td { height: 3.4rem; }
        .form tbody th { min-width: 3rem; }
        pre { margin: 0; padding: .9rem 1.1rem; overflow-x: auto; background: var(--faint);
          line-height: 1.5; }
        code { font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .8rem; }
        dd code, td code { font-size: .72rem; word-break: break-all; }
        @media (max-width: 36rem) {
          body { padding: 1.25rem 1rem 3rem; }
          h1 { font-size: 1.55rem; }
          dl > div { grid-template-columns: 1fr; }
          .callout { padding: .9rem 1rem .1rem; }
          table { min-width: 30rem; }
        }

        """

    private static let print = """
        @page { size: A4; margin: 18mm 16mm 20mm; }
        @media print {
          body { max-width: none; padding: 0; font-size: 10pt; }
          h1 { font-size: 20pt; }
          h2, h3, figcaption, caption, thead { break-after: avoid; }
          section { margin-top: 1.6rem; }
          #section-1 { break-before: page; }
          #section-1, #section-2 { break-after: page; }
          #section-2 { break-after: auto; }
          .callout, .chart, .form, dl > div, tr, li { break-inside: avoid; }
          tr.total { break-before: avoid; }
          thead { display: table-header-group; }
          figure { margin: 1.2rem 0; }
          .scroll, pre { overflow: visible; }
          .picture svg { min-width: 0; }
          table { font-size: 7.5pt; min-width: 0; }
          .note, .origin, .summary { font-size: 7pt; }
          dl { font-size: 8.5pt; }
          th, td { min-width: 0; padding-right: .5rem; }
          tbody th { min-width: 0; }
          td:has(code), td code { min-width: 0; }
          caption { position: static; }
          pre { white-space: pre-wrap; }
          code { font-size: 7.5pt; }
          a { color: inherit; text-decoration: none; }
          * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
        }

        """
}
