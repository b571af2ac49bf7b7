// Texts that would do something if they were ever taken for markup, an attribute, a style, an address or a template.

const runs = ['wasRun=1', "globalThis['wasRun']=1", 'alert(1)', "fetch('/console/sign-out',{method:'POST'})"];
const events = ['onload', 'onerror', 'onclick', 'onfocus', 'ontoggle', 'onmouseover', 'onanimationstart', 'onbegin'];
const shapes: ((run: string, event: string) => string)[] = [
  (run) => `<script>${run}</script>`,
  (run) => `</textarea><script>${run}</script>`,
  (run) => `</title></style><ScRiPt >${run}</sCrIpT>`,
  (run, event) => `<img src=x ${event}=${run}>`,
  (run, event) => `"><svg ${event}=${run}>`,
  (run, event) => `' autofocus ${event}='${run}`,
  (run, event) => `<details open ${event}="${run}">`,
  (run, event) => `<input autofocus ${event}=${run}>`,
  (run) => `<a href="javascript:${run}">x</a>`,
  (run) => `<iframe srcdoc="<script>${run}</script>">`,
  (run) => `<form action=/console/sign-out method=post><button>${run}`,
  (run) => `<math><mtext><style><img src=x onerror=${run}>`,
  (run, event) => `<body ${event}=${run}>`,
  (run) => `{{constructor.constructor("${run}")()}}`,
  (run) => `\${${run}}`,
  (run) => `<template><img src=x onerror=${run}></template>`,
  (run) => `<object data="data:text/html,<script>${run}</script>">`,
  (run) => `<meta http-equiv=refresh content="0;url=javascript:${run}">`,
  (run) => `<base href="https://evil.example/"> ${run}`,
  (run) => `<style>*{background:url(https://evil.example/)}</style>${run}`,
  (run) => `<!--><img src=x onerror=${run}>-->`,
  (run) => `]]><script>${run}</script><![CDATA[`,
  (run) => `&lt;script&gt;${run}&lt;/script&gt;`,
  (run) => `%3Cscript%3E${run}%3C/script%3E`,
  (run) => `<div hx-post="/console/sign-out" hx-trigger="load">${run}</div>`,
  (run) => `<x data-soft href="/console/sign-out" data-insert="${run}">`,
  (run) => `\u202e<b>${run}</b>\u202c`,
  (run) => `${'W'.repeat(120)}<b>${run}`,
  (run) => `${'Z\u0351\u0347'.repeat(20)} ${run}`,
  (run) => `'; drop table cases; -- ${run}`,
  (run) => `=cmd|'/c calc'!A1 ${run}`,
  (run) => `__proto__[x]=${run}`,
];

/** @returns so many, all different, the worst shapes first */
export function nastyTexts(count: number): string[] {
  const all = runs.flatMap((run) => events.flatMap((event) => shapes.map((shape) => shape(run, event))));
  const texts = [...new Set(all)];
  for (let index = 0; texts.length < count; index += 1)
    texts.push(`${texts[index % texts.length]} <i id="n${'x'.repeat(index % 40)}">`);
  return [...new Set(texts)].slice(0, count);
}
