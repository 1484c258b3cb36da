/* Draws the chart of registrations by day above its table; without JavaScript the table stands alone. */
'use strict';
{
    const frame = document.querySelector('[data-chart]');
    const given = JSON.parse(document.getElementById(frame.dataset.chart).textContent);
    // The colours stand in seminar-admin.css, for the light and the dark page; neighbours differ in lightness, too.
    const read = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

    const describe = () => {
        const text = read('--body-fg');
        const ground = read('--body-bg');
        const datasets = given.states.map(state => ({
            type: 'bar',
            label: state.label,
            data: state.data,
            backgroundColor: read(`--chart-${state.state}`),
            borderColor: ground,
            borderWidth: {top: 1},
            maxBarThickness: 48,
            stack: 'states',
            order: 2,
        }));
        const line = (label, data, dash) => ({
            type: 'line',
            label,
            data,
            borderColor: text,
            backgroundColor: ground,
            borderDash: dash,
            borderWidth: 2,
            pointRadius: data.length === 1 ? 4 : 0,
            pointHitRadius: 8,
            yAxisID: 'so_far',
            order: 1,
        });
        datasets.push(line(given.so_far.label, given.so_far.data, []));
        if (given.past.value !== null) {
            datasets.push(line(given.past.label, given.labels.map(() => given.past.value), [6, 4]));
        }
        const axis = {
            ticks: {color: text, precision: 0, maxRotation: 0, autoSkipPadding: 16},
            grid: {color: read('--hairline-color')},
        };
        const count = (title, own) => ({...axis, ...own, beginAtZero: true, title: {display: true, text: title, color: text}});
        return {
            type: 'bar',
            data: {labels: given.labels, datasets},
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: {mode: 'index', intersect: false},
                plugins: {legend: {position: 'bottom', labels: {color: text, boxWidth: 14}}},
                scales: {
                    x: {...axis, stacked: true, grid: {display: false}},
                    y: count(given.by_day, {stacked: true}),
                    so_far: count(given.so_far.label, {position: 'right', grid: {display: false}}),
                },
            },
        };
    };

    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    frame.hidden = false;
    let chart = new Chart(frame.querySelector('canvas'), describe());
    const redraw = () => {
        chart.destroy();
        chart = new Chart(frame.querySelector('canvas'), describe());
    };
    window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
    new MutationObserver(redraw).observe(document.documentElement, {attributeFilter: ['data-theme']});
}
